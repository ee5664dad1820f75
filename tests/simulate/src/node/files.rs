//! Files over HTTP, as `http::files` takes them: contents are on the disk before the organisation is told, and what becomes of them then is
//! decided by the service's own `files`.

use super::contents::{SWEPT_EVERY_MS, UNKNOWN_FOR_MS};
use crate::fault::Fault;
use crate::queue::WorldEvent;
use crate::upload::{SENDERS, Sending};
use crate::world::World;
use chat::SentFile;
use protocol::ErrorCode;
use service::files::{Earlier, FileRequest, sweep};
use service::org::{self, ArrivedFile};
use service::orgs::runner::Input;
use service::store::{FileId, Store};
use std::time::{Duration, UNIX_EPOCH};
use tokio::sync::oneshot;

/// How often the service dies during the step that stores a file, of a thousand.
const DIES_PERMILLE: u64 = 60;
/// How often the line breaks while a file is sent, of a thousand.
const CUT_PERMILLE: u64 = 120;

impl World {
    /// The last piece of a file arrives, if nothing has cut it off since the try began.
    pub(crate) fn file_arrives(&mut self, upload: usize, began: u64) {
        let host = self.devices[self.uploads[upload].page].host;
        let has_died = !self.node.is_up || self.node.started > began;
        let is_broken = self.hosts[host].uplink.down || self.hosts[host].is_frozen();
        if has_died || is_broken || self.dice.chance(CUT_PERMILLE) {
            self.faults.count(Fault::FileCut);
            self.record(format_args!("upload {upload} is cut off"));
            if has_died {
                // A process that is killed removes nothing.
                let part = FileId(self.dice.uuid());
                let written = self.node.unix(self.now).0;
                let contents = self.uploads[upload].contents(written);
                self.node.folder.put(part, crate::node::Contents { is_complete: false, ..contents });
            }
            return self.file_told(upload, None);
        }
        if self.node.is_draining() {
            return self.file_told(upload, None);
        }
        let request = self.file_request(upload);
        let earlier = request.earlier(&self.node.store).ok();
        self.check_earlier_file(upload, earlier);
        match earlier {
            None => return self.file_told(upload, Some(Err(ErrorCode::Busy))),
            Some(Earlier::NoChat) => return self.file_told(upload, Some(Err(ErrorCode::NotFound))),
            Some(Earlier::OfAnother) => return self.file_told(upload, Some(Err(ErrorCode::Invalid))),
            Some(Earlier::Stored(number)) => {
                self.faults.count(Fault::FileRepeated);
                return self.file_told(upload, Some(Ok(number)));
            }
            Some(Earlier::Nothing) => {}
        }
        let bytes = self.uploads[upload].bytes;
        let room = self.node.store.files_room(request.org).ok().flatten();
        if room.is_none_or(|room| bytes > room) {
            self.faults.count(Fault::FilesFull);
            return self.file_told(upload, Some(Err(ErrorCode::TooMany)));
        }
        self.tell_of_file(upload, request);
    }

    /// The contents are on the disk, and the organisation is told.
    fn tell_of_file(&mut self, upload: usize, request: FileRequest) {
        let stored = FileId(self.dice.uuid());
        let written = self.node.unix(self.now).0;
        let each = &self.uploads[upload];
        let (org, bytes) = (each.org, each.bytes);
        self.node.folder.put(stored, each.contents(written));
        self.node.senders += 1;
        let conn = SENDERS + self.node.senders;
        let arrived = ArrivedFile {
            conn: org::ConnId(conn),
            person: request.person,
            role: request.role,
            session: request.session,
            id: request.message,
            file: SentFile { name: format!("file {}", request.message), bytes, picture: None },
            stored,
        };
        let (sender, answer) = oneshot::channel();
        self.record(format_args!("upload {upload} of {} is on the disk as {}", request.message, stored.0));
        self.node.sending.insert(conn, Sending { upload, stored, answer });
        if self.dice.chance(DIES_PERMILLE) {
            self.crash_at_store_request = true;
        }
        self.turn(org, Some(Input::File(Box::new(arrived), sender)));
    }

    /// The service's sweep.
    pub(crate) fn sweep(&mut self, life: u64) {
        if !self.node.is_up || self.node.started != life {
            return;
        }
        let unknown_since = self.node.unix(self.now).0.saturating_sub(UNKNOWN_FOR_MS);
        let unknown_since = UNIX_EPOCH + Duration::from_millis(unknown_since);
        let removed =
            sweep(&self.node.folder, &self.node.store, Some(unknown_since)).map_or(0, |swept| swept.removed);
        self.record(format_args!("the service sweeps {removed} files"));
        self.check_files();
        self.queue.set(self.now + SWEPT_EVERY_MS, WorldEvent::Sweep(life));
    }
}
