//! The world's process around an organisation's loop: it keeps the actions to be done, in order.

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
    pub(super) actions: Vec<ProcessAction>,
}

/// Something to be done.
pub(super) enum ProcessAction {
    Begin(StoreRequest),
    KeepCode { code: String, sign_in: SignInId, instance: Uuid },
    Send(Box<Down>, Vec<ConnId>),
    Close(ConnId),
}

impl Process for InWorld {
    fn begin(&mut self, request: StoreRequest) {
        self.actions.push(ProcessAction::Begin(request));
    }

    fn portal_code(&mut self, sign_in: SignInId, instance: Uuid) -> String {
        let code = self.dice.secret();
        self.actions.push(ProcessAction::KeepCode { code: code.clone(), sign_in, instance });
        code
    }

    fn sends(&mut self, frame: &Down, to: &[ConnId]) {
        self.actions.push(ProcessAction::Send(Box::new(frame.clone()), to.to_vec()));
    }

    fn closes(&mut self, conn: ConnId) {
        self.actions.push(ProcessAction::Close(conn));
    }

    fn received(&mut self) {}

    fn occurred(&mut self, _: Occurrence) {}
}
