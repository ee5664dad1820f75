//! What becomes of a file when the organisation has answered, or when the service dies before that: decided by the service's own `files`.

use crate::fault::Fault;
use crate::net::ConnId;
use crate::queue::WorldEvent;
use crate::upload::Sending;
use crate::world::World;
use protocol::{Down, ErrorCode};
use service::files::{Contents, FileRequest, SweptFolder};
use service::store::Store;

impl World {
    /// What the service decides about this upload.
    pub(crate) fn file_request(&self, upload: usize) -> FileRequest {
        let each = &self.uploads[upload];
        FileRequest {
            org: self.node.orgs[each.org].id,
            person: self.people[each.person].id,
            role: each.role,
            session: each.session,
            message: each.id,
        }
    }

    /// The organisation has answered.
    pub(crate) fn file_answered(&mut self, conn: ConnId) {
        let Some(Sending { upload, stored, mut answer }) = self.node.sending.remove(&conn) else { return };
        let Ok(answer) = answer.try_recv() else { return };
        let request = self.file_request(upload);
        let goes = match Contents::after(&answer) {
            Contents::Stay => false,
            Contents::StayIfStored => {
                let has_other = request.has_other_contents(&self.node.store, stored).unwrap_or(false);
                if has_other {
                    self.faults.count(Fault::FileOvertaken);
                }
                has_other
            }
            Contents::Go => true,
        };
        if goes {
            self.node.folder.remove(stored).expect("a folder in memory takes everything");
        }
        self.check_file_answer(upload, &answer);
        let told = match answer {
            Down::Ok { answer, .. } => Some(Ok(answer.number.unwrap_or_default())),
            Down::Error { code, .. } => Some(Err(code)),
            _ => None,
        };
        self.file_told(upload, told);
    }

    /// Sends the answer to the page, or the end of the connection if `told` is `None`.
    pub(super) fn file_told(&mut self, upload: usize, told: Option<Result<u64, ErrorCode>>) {
        let after = self.dice.between(5, 400);
        self.queue.set(self.now + after, WorldEvent::FileAnswered(upload, told));
    }

    /// The service has died: nobody is answered, and the contents stay.
    pub(crate) fn forget_sending(&mut self) {
        for (_, sending) in std::mem::take(&mut self.node.sending) {
            let request = self.file_request(sending.upload);
            if self.node.store.file(request.session, request.message).ok().flatten().is_none() {
                self.faults.count(Fault::FileOrphaned);
            }
            self.file_told(sending.upload, None);
        }
    }
}
