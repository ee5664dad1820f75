//! People send files in chats, try again if they hear of no answer, and fetch files: their own, and those that they may not see.

use crate::device::Kind;
use crate::queue::WorldEvent;
use crate::upload::Upload;
use crate::world::World;
use chat::{SessionId, Status};
use presence::Role;
use protocol::ErrorCode;
use service::files::FileRequest;

/// Tries to send a file before its user gives up.
const TRIES: u32 = 4;

impl World {
    /// Sends a file in one of one's chats; technicians sometimes in one that they are not in.
    pub(crate) fn sends_file(&mut self, person: usize, page: usize) {
        let Kind::Page(own) = &self.devices[page].kind else { return };
        if !own.is_open || !own.model.is_synced {
            return;
        }
        let role = self.people[person].role;
        let mut chats = self.own_chats(page, Status::Handled);
        match role {
            Role::Client => chats.extend(self.own_chats(page, Status::Waiting)),
            Role::Technician if self.dice.chance(50) => chats.extend(self.others_chats(page)),
            Role::Technician => {}
        }
        let Some(session) = self.dice.pick(&chats).map(|chat| chat.id) else { return };
        let others = self.others_message(page, session).filter(|_| self.dice.chance(80));
        let upload = Upload {
            page,
            person,
            org: self.devices[page].org,
            role,
            session,
            id: others.unwrap_or_else(|| self.dice.uuid()),
            bytes: self.dice.between(1, 3_000),
            tries: 0,
            is_over: false,
            is_of_another: others.is_some(),
        };
        self.record(format_args!("person {person} sends a file {} in {}", upload.id, session.0));
        self.uploads.push(upload);
        let upload = self.uploads.len() - 1;
        self.try_upload(upload);
        // A second click: the same file is under way twice.
        if self.dice.chance(100) {
            self.try_upload(upload);
        }
    }

    /// A message of somebody else in a chat that a page has read.
    fn others_message(&self, page: usize, session: SessionId) -> Option<protocol::IntentId> {
        let Kind::Page(own) = &self.devices[page].kind else { return None };
        let messages = own.model.messages.get(&session)?;
        messages.values().find(|message| Some(message.from) != own.model.me).map(|message| message.id)
    }

    fn try_upload(&mut self, upload: usize) {
        self.uploads[upload].tries += 1;
        let longest = if self.dice.chance(200) { 20_000 } else { 1_500 };
        let takes = self.dice.between(50, longest);
        self.queue.set(self.now + takes, WorldEvent::FileArrives(upload, self.now));
    }

    /// The page receives the answer, or sees that the connection ended without one.
    pub(crate) fn file_result(&mut self, upload: usize, told: Option<Result<u64, ErrorCode>>) {
        let each = &self.uploads[upload];
        let host = &self.hosts[self.devices[each.page].host];
        let is_reached = !host.uplink.down && !host.is_frozen();
        match told.filter(|_| is_reached) {
            Some(Ok(number)) => {
                self.uploads[upload].is_over = true;
                self.record(format_args!("upload {upload} is told that it is number {number}"));
                self.file_is_answered(upload, number);
            }
            Some(Err(code)) if !code.is_retryable() => {
                self.uploads[upload].is_over = true;
                self.record(format_args!("upload {upload} is refused: {code:?}"));
            }
            Some(Err(_)) | None => {
                if !self.uploads[upload].is_over && self.uploads[upload].tries < TRIES {
                    let after = self.dice.between(500, 15_000);
                    self.queue.set(self.now + after, WorldEvent::FileAgain(upload));
                }
            }
        }
    }

    pub(crate) fn file_again(&mut self, upload: usize) {
        if !self.uploads[upload].is_over {
            self.try_upload(upload);
        }
    }

    /// Fetches any file that was ever stored, whether this person may or not.
    pub(crate) fn fetches_file(&mut self, person: usize, host: usize) {
        if !self.node.is_up || self.hosts[host].uplink.down {
            return;
        }
        let stored = self.known.files.len() as u64;
        let Some(index) = stored.checked_sub(1).map(|last| self.dice.between(0, last)) else { return };
        let Some(file) = usize::try_from(index).ok().and_then(|index| self.known.files.values().nth(index))
        else {
            return;
        };
        let each = &self.people[person];
        let request = FileRequest {
            org: self.node.orgs[each.org].id,
            person: each.id,
            role: each.role,
            session: file.session,
            message: file.id,
        };
        let file = file.clone();
        self.check_fetch(person, request, &file);
    }
}
