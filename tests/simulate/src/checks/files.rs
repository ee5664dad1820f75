//! A file that was answered is there, with its contents, for those who may read its chat and for nobody else (C8); what no chat has goes.

use crate::invariant::Invariant;
use crate::known::KnownFile;
use crate::node::{SWEPT_EVERY_MS, UNKNOWN_FOR_MS};
use crate::world::World;
use chat::{Message, SessionId, Status};
use presence::Role;
use protocol::Down;
use service::files::{Earlier, FileRequest, SweptFolder};
use service::store::{FileId, Store, StoredFile};
use std::time::{Duration, UNIX_EPOCH};

impl World {
    /// The store has a file now.
    pub(crate) fn file_stored(&mut self, session: SessionId, message: &Message) {
        let from = self.people.iter().position(|each| each.id == message.from);
        let (Some(from), Some(file)) = (from, &message.file) else { return };
        let known = KnownFile {
            session,
            id: message.id,
            from,
            number: message.number,
            bytes: file.bytes,
            is_answered: false,
        };
        self.checks.count(Invariant::Doubled);
        if self.known.files.insert(message.id, known).is_some() {
            let detail = format!("file {} is in {session:?} twice", message.id);
            self.fail(Invariant::Doubled, detail, &[message.id.to_string()]);
        }
    }

    /// What the service found of an earlier try.
    pub(crate) fn check_earlier_file(&mut self, upload: usize, earlier: Option<Earlier>) {
        let each = &self.uploads[upload];
        let known = self.known.files.get(&each.id).filter(|known| !self.is_deleted(known.session));
        if let (Some(known), Some(Earlier::Nothing)) = (known, earlier) {
            let detail = format!("file {} of {:?} is not known any more", each.id, known.session);
            let about = [each.id.to_string()];
            self.fail(Invariant::FileKept, detail, &about);
        }
    }

    /// The organisation has answered: `ok` is for a file that is stored, of this person.
    pub(crate) fn check_file_answer(&mut self, upload: usize, answer: &Down) {
        let Down::Ok { answer, .. } = answer else { return };
        let each = &self.uploads[upload];
        let known = self.known.files.get(&each.id);
        let is_theirs = known.is_some_and(|known| {
            known.from == each.person && known.session == each.session && Some(known.number) == answer.number
        });
        if !is_theirs || each.is_of_another {
            let detail = format!("upload {upload} of {} is told {answer:?}; stored: {known:?}", each.id);
            let about = [each.id.to_string()];
            self.fail(Invariant::FileKept, detail, &about);
        }
    }

    /// The sender knows that the file is stored: from now on it must not be lost.
    pub(crate) fn file_is_answered(&mut self, upload: usize, number: u64) {
        let id = self.uploads[upload].id;
        let is_deleted = self.is_deleted(self.uploads[upload].session);
        match self.known.files.get_mut(&id) {
            Some(known) if known.number == number => known.is_answered = true,
            Some(_) | None if is_deleted => {}
            Some(_) | None => {
                let detail = format!("upload {upload} of {id} is told that it is number {number}");
                self.fail(Invariant::FileKept, detail, &[id.to_string()]);
            }
        }
    }

    /// Every file that a chat has is in the store with its contents. Contents that no chat has are gone in time.
    pub(crate) fn check_files(&mut self) {
        let (mut wrong, mut answered) = (None, 0);
        for file in self.known.files.values() {
            if self.is_deleted(file.session) {
                continue;
            }
            answered += u64::from(file.is_answered);
            let stored = self.node.store.file(file.session, file.id).ok().flatten();
            if !stored.as_ref().is_some_and(|stored| self.has_contents(file, stored)) {
                wrong = Some((file.id, format!("file {file:?} is {stored:?}, without its contents")));
            }
        }
        for _ in 0..answered {
            self.checks.count(Invariant::FileKept);
        }
        if let Some((id, detail)) = wrong {
            return self.fail(Invariant::FileKept, detail, &[id.to_string()]);
        }
        self.check_swept();
    }

    /// What a sweep finds is gone after it: so what is older by a sweep more has a chat.
    fn check_swept(&mut self) {
        let (now, runs_since) = (self.now, self.node.started);
        if self.node.clock_set.is_some() || runs_since + SWEPT_EVERY_MS + 1_000 > now {
            return;
        }
        let old_ms = self.node.unix(now).0.saturating_sub(UNKNOWN_FOR_MS + SWEPT_EVERY_MS + 1_000);
        let old = self.node.folder.older_than(UNIX_EPOCH + Duration::from_millis(old_ms));
        let unknown: Vec<FileId> =
            old.ok().and_then(|old| self.node.store.unknown_files(&old).ok()).into_iter().flatten().collect();
        // Those of chats that were deleted since the last sweep wait for the next one.
        let waiting = self.node.store.deleted_files(None, usize::MAX >> 1).unwrap_or_default();
        self.checks.count(Invariant::Swept);
        if let Some(file) = unknown.iter().find(|file| !waiting.contains(file)) {
            let detail = format!("{} is in no chat, and still there", file.0);
            self.fail(Invariant::Swept, detail, &[file.0.to_string()]);
        }
    }

    fn has_contents(&self, file: &KnownFile, stored: &StoredFile) -> bool {
        self.node.folder.get(stored.stored).is_some_and(|contents| {
            contents.is_complete
                && (contents.of, contents.from, contents.bytes) == (file.id, file.from, file.bytes)
        })
    }

    /// Somebody fetches a file: they get it if they may, and its contents are there.
    pub(crate) fn check_fetch(&mut self, person: usize, request: FileRequest, file: &KnownFile) {
        let each = &self.people[person];
        let may = self.known.sessions.get(&file.session).is_some_and(|stored| {
            let session = &stored.session;
            let reads = match each.role {
                Role::Technician => {
                    session.status == Status::Completed
                        || session.participants.iter().any(|participant| participant.person == each.id)
                }
                Role::Client => session.client == each.id,
            };
            stored.org == each.org && reads
        }) && !self.is_deleted(file.session);
        let Ok(found) = request.readable(&self.node.store) else { return };
        self.checks.count(if may { Invariant::FileKept } else { Invariant::Denied });
        let about = [file.id.to_string(), file.session.0.to_string()];
        match found {
            Some(_) if !may => {
                let detail = format!("person {person} is sent a file of {:?}", file.session);
                self.fail(Invariant::Denied, detail, &about);
            }
            Some(stored) if self.has_contents(file, &stored) => {}
            None if !may => {}
            Some(_) | None => {
                let detail = format!("person {person} does not get the contents of {file:?}: {found:?}");
                self.fail(Invariant::FileKept, detail, &about);
            }
        }
    }

    /// Whether retention has deleted this chat.
    pub(crate) fn is_deleted(&self, session: SessionId) -> bool {
        self.known.deleted.contains(&session)
    }
}
