//! The world's process around an organisation's loop: it remembers what is to be done, in order.

use crate::dice::Dice;
use protocol::Down;
use service::org::store_request::StoreRequest;
use service::org::{ConnId, Occurrence};
use service::orgs::runner::Process;
use service::store::SignInId;
use uuid::Uuid;

/// The process.
pub(crate) struct InWorld {
    pub(super) dice: Dice,
    pub(super) did: Vec<Did>,
}

/// Something that is to be done.
pub(super) enum Did {
    Begun(StoreRequest),
    Made { code: String, sign_in: SignInId, instance: Uuid },
    Sent(Box<Down>, Vec<ConnId>),
    Closed(ConnId),
}

impl Process for InWorld {
    fn begin(&mut self, step: StoreRequest) {
        self.did.push(Did::Begun(step));
    }

    fn portal_code(&mut self, sign_in: SignInId, instance: Uuid) -> String {
        let code = self.dice.secret();
        self.did.push(Did::Made { code: code.clone(), sign_in, instance });
        code
    }

    fn sends(&mut self, frame: &Down, to: &[ConnId]) {
        self.did.push(Did::Sent(Box::new(frame.clone()), to.to_vec()));
    }

    fn closes(&mut self, conn: ConnId) {
        self.did.push(Did::Closed(conn));
    }

    fn received(&mut self) {}

    fn occurred(&mut self, _: Occurrence) {}
}
