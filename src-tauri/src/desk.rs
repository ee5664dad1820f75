//! Which windows are open, and what the agent is told about them. Pure: `on(input, now) -> effects`.
//!
//! It knows no Tauri, no socket, no clock. What the pages show comes from the agent's [`View`]; this module only decides
//! which window is in front. Every report to the agent is sent from here, so that "closed before it ends" is decided in one
//! place.

mod agent_state;
mod contract;
mod page_liveness;
mod portal;
mod question;
#[cfg(test)]
pub(crate) mod tests;

pub use contract::{Effect, Input, WindowKind};
pub use page_liveness::{ASK_EVERY, DEATHS_APART, HANGS_AFTER};
pub use portal::{ADDRESS_WITHIN, PORTAL_RETRY, STAND_IN_AFTER};

use crate::words;
use agent::view::{AccountView, Intent, Page, ToWindow, View, WindowReport};
use agent_state::{AgentConnection, AgentState};
use chat::SessionId;
use local::socket_path::Profile;
use page_liveness::{Death, PageLiveness};
use portal::{Answer, Due, Portal, Wanted};
use presence::{Moment, Role};
use question::Question;
use std::time::Duration;

/// Shortest time between two reports of input in our own windows: presence needs nothing finer (P12).
pub const INPUT_EVERY: Duration = Duration::from_secs(1);
/// How long after the start the agent may take to say what to show; after that, the window counts as started by hand.
pub const ORDER_WITHIN: Duration = Duration::from_secs(2);

/// The status window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Closed,
    Open,
    /// Open in place of the portal until that can be shown.
    StandsIn,
}

/// Decides for the window program.
#[derive(Debug)]
pub struct Desk {
    profile: Profile,
    agent: AgentState,
    portal: Portal,
    status: Status,
    question: Question,
    /// A portal that was ordered before the view arrived that says who is signed in, since orders are sent first: its chat,
    /// and whether it is minimised.
    ordered: Option<(Option<SessionId>, bool)>,
    touched: Option<Moment>,
    /// When to open a page without an order.
    order_by: Option<Moment>,
    page_liveness: PageLiveness,
    ending: bool,
}

impl Desk {
    /// Nothing is shown, and the agent is not connected.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            agent: AgentState::default(),
            portal: Portal::Closed,
            status: Status::Closed,
            question: Question::default(),
            ordered: None,
            touched: None,
            order_by: None,
            page_liveness: PageLiveness::default(),
            ending: false,
        }
    }

    /// Takes what happened; returns what to do.
    pub fn on(&mut self, input: Input, now: Moment) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.ending {
            return out;
        }
        match input {
            Input::Linked => self.linked(now, &mut out),
            Input::Unlinked => {
                self.agent.connection = AgentConnection::Down;
                self.publish(&mut out);
            }
            Input::GaveUp(why) => self.gave_up(why, &mut out),
            Input::View(view) => self.see(view, now, &mut out),
            Input::Order(ToWindow::Show { page, minimised }) => self.show(page, minimised, now, &mut out),
            Input::Order(ToWindow::Portal { address }) => self.address(address, now, &mut out),
            Input::Order(ToWindow::Hide { page }) => self.hide(page, &mut out),
            Input::Order(ToWindow::Quit) => self.end(self.has_window(), &mut out),
            Input::Closed(kind) => self.closed(kind, &mut out),
            Input::Failed(kind, why) => self.failed(kind, why, now, &mut out),
            Input::Answered(kind) => self.page_liveness.answered(kind, now),
            Input::Died(kind) => self.died(kind, now, &mut out),
            Input::Touched => self.touch(now, &mut out),
            Input::NoneLeft => {
                if self.portal == Portal::Open || self.status != Status::Closed || self.question.is_open {
                    self.end(true, &mut out);
                }
            }
        }
        self.settle_page_liveness(now);
        out
    }

    /// When to call [`Desk::on_timeout`] next.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Moment> {
        let portal = self.portal.next_timeout(self.agent.is_online());
        let stand_in = self.portal.wish().filter(|_| self.status == Status::Closed);
        let stand_in = stand_in.map(|wish| wish.stand_in_at);
        [portal, stand_in, self.order_by, self.page_liveness.next_timeout()].into_iter().flatten().min()
    }

    /// The requested time has come.
    pub fn on_timeout(&mut self, now: Moment) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.order_by.is_some_and(|by| by <= now) {
            self.order_by = None;
            let page = match self.agent.account() {
                Some(AccountView::SignedIn { .. }) => Page::Portal { chat: None },
                Some(AccountView::SignedOut { .. }) | None => Page::Status,
            };
            out.push(Effect::Intend(Intent::Open { page }));
        }
        match self.portal.on_timeout(self.agent.is_online(), now) {
            Due::Nothing => {}
            Due::Ask => out.push(Effect::Report(WindowReport::NeedPortal)),
            Due::Late => self.hold(words::no_address(), now, &mut out),
        }
        self.stand_in(now, &mut out);
        self.page_liveness.on_timeout(now, &mut out);
        self.settle_page_liveness(now);
        out
    }

    /// What the desk page shows: the agent's view, with what only this program knows added.
    #[must_use]
    pub fn shown(&self) -> Option<Box<View>> {
        self.agent.shown(self.portal.held())
    }

    fn linked(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let first = self.agent.view.is_none() && !self.has_window();
        self.agent.connection = AgentConnection::Up;
        self.order_by = first.then(|| now.plus(ORDER_WITHIN));
        self.report(out);
        // The cookie of an open page was bound to the agent's previous run.
        if self.portal.ask_again(now) || self.portal == Portal::Open {
            out.push(Effect::Report(WindowReport::NeedPortal));
        }
    }

    fn gave_up(&mut self, why: String, out: &mut Vec<Effect>) {
        let no_page = self.agent.view.is_none();
        let words = format!("{} {}", words::agent_gone(), words::agent_gone_detail(&why));
        self.agent.connection = AgentConnection::GivenUp(why);
        if no_page {
            self.ending = true;
            out.push(Effect::Exit { code: 1, words: Some(words) });
            return;
        }
        self.publish(out);
        self.open_status(Status::Open, false, out);
        self.question.withdraw(out);
    }

    fn see(&mut self, view: Box<View>, now: Moment, out: &mut Vec<Effect>) {
        let was_online = self.agent.is_online();
        let had_question = self.agent.asks();
        self.agent.view = Some(view);
        if self.agent.is_signed_out() && self.portal != Portal::Closed {
            let was_open = self.portal == Portal::Open;
            self.portal = Portal::Closed;
            self.open_status(Status::Open, false, out);
            if was_open {
                out.push(Effect::Withdraw(WindowKind::Portal));
                self.report(out);
            }
        }
        if self.portal.held().is_some() && self.agent.is_online() && !was_online {
            self.portal.ask_again(now);
            out.push(Effect::Report(WindowReport::NeedPortal));
        }
        if let Some(AccountView::SignedIn { .. }) = self.agent.account()
            && let Some((chat, minimised)) = self.ordered.take()
        {
            self.show_portal(chat, minimised, now, out);
        }
        self.publish(out);
        // The agent no longer asks and has not sent an order about it, so it is another run of the agent.
        if self.question.is_open && had_question && !self.agent.asks() {
            self.hide(Page::SignIn, out);
        }
    }

    fn show(&mut self, page: Page, minimised: bool, now: Moment, out: &mut Vec<Effect>) {
        self.order_by = None;
        let signed_out = self.agent.is_signed_out();
        let chat = match page {
            Page::SignIn => return self.question.show(&self.profile, out),
            Page::Portal { chat } if !signed_out => chat,
            Page::Portal { chat } => {
                self.ordered = Some((chat, minimised));
                if !self.question.is_open {
                    self.open_status(Status::Open, minimised, out);
                }
                return;
            }
            Page::Status => {
                self.open_status(Status::Open, minimised, out);
                return;
            }
        };
        self.show_portal(chat, minimised, now, out);
    }

    /// The user wants the portal, at `chat` if one is given.
    fn show_portal(&mut self, chat: Option<SessionId>, minimised: bool, now: Moment, out: &mut Vec<Effect>) {
        match self.portal.want(chat, minimised, now) {
            Wanted::IsOpen => {
                out.extend(chat.map(Effect::GoTo));
                if !minimised {
                    out.push(Effect::Front(WindowKind::Portal));
                }
            }
            Wanted::IsAsked => {}
            Wanted::AskAgain => {
                out.push(Effect::Report(WindowReport::NeedPortal));
                if !minimised && self.status != Status::Closed {
                    out.push(Effect::Front(WindowKind::Status));
                }
            }
            Wanted::Ask => {
                out.push(Effect::Report(WindowReport::NeedPortal));
                self.report(out);
            }
        }
    }

    /// The agent has answered with the portal's address.
    fn address(&mut self, address: Result<String, String>, now: Moment, out: &mut Vec<Effect>) {
        match self.portal.on_address(address) {
            Answer::Open { address, minimised } => {
                out.push(Effect::OpenPortal {
                    address,
                    title: words::portal_title(self.agent.view.as_deref(), &self.profile),
                    role: self.agent.role(),
                    minimised,
                });
                if self.status == Status::StandsIn {
                    self.status = Status::Closed;
                    out.push(Effect::Withdraw(WindowKind::Status));
                }
                self.report(out);
            }
            Answer::Navigate(address) => out.push(Effect::Navigate(address)),
            Answer::Unavailable(why) => self.hold(why, now, out),
            Answer::Nothing => {}
        }
    }

    /// The portal cannot be shown yet.
    fn hold(&mut self, why: String, now: Moment, out: &mut Vec<Effect>) {
        self.portal.hold(why, now);
        self.stand_in(now, out);
        self.publish(out);
    }

    /// The status window says why a portal that was requested a while ago is not shown.
    fn stand_in(&mut self, now: Moment, out: &mut Vec<Effect>) {
        if let Some(wish) = self.portal.wish()
            && self.status == Status::Closed
            && wish.stand_in_at <= now
        {
            self.open_status(Status::StandsIn, wish.minimised, out);
        }
    }

    /// Closes a page; the program ends with its last page.
    fn hide(&mut self, page: Page, out: &mut Vec<Effect>) {
        match page {
            Page::SignIn => self.question.withdraw(out),
            Page::Portal { .. } => self.hide_portal(out),
            Page::Status => return,
        }
        if !self.has_window() {
            self.end(true, out);
        }
    }

    /// The portal is opened elsewhere.
    fn hide_portal(&mut self, out: &mut Vec<Effect>) {
        self.ordered = None;
        if std::mem::replace(&mut self.portal, Portal::Closed) == Portal::Open {
            out.push(Effect::Withdraw(WindowKind::Portal));
        }
        if self.status == Status::StandsIn {
            self.status = Status::Closed;
            out.push(Effect::Withdraw(WindowKind::Status));
        }
        if self.has_window() {
            self.report(out);
        }
    }

    fn closed(&mut self, kind: WindowKind, out: &mut Vec<Effect>) {
        let stood_in = self.status == Status::StandsIn;
        match kind {
            WindowKind::Portal if self.portal != Portal::Open => return,
            WindowKind::Portal => self.portal = Portal::Closed,
            WindowKind::Status => self.status = Status::Closed,
            WindowKind::SignIn => self.question.refuse(self.agent.view.as_deref(), out),
        }
        let stood_in = stood_in && kind == WindowKind::Status;
        let last = match &self.portal {
            Portal::Open => false,
            // A user who closes the window shown in place of the portal no longer waits for the portal.
            Portal::Asked { .. } => stood_in,
            Portal::Closed | Portal::Held { .. } => self.status == Status::Closed,
        };
        // P10: a client is connected for as long as the portal's window is open.
        if (last && !self.question.is_open)
            || (kind == WindowKind::Portal && self.agent.role() == Role::Client)
        {
            self.end(true, out);
        } else {
            self.report(out);
        }
    }

    fn failed(&mut self, kind: WindowKind, why: String, now: Moment, out: &mut Vec<Effect>) {
        match kind {
            WindowKind::Portal if self.portal == Portal::Open => {
                self.hold(why, now, out);
                out.push(Effect::Withdraw(WindowKind::Portal));
            }
            WindowKind::Portal => {}
            WindowKind::Status | WindowKind::SignIn => {
                self.ending = true;
                out.push(Effect::Exit { code: 1, words: Some(why) });
            }
        }
    }

    fn touch(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let due = self.touched.is_none_or(|last| now.since(last) >= INPUT_EVERY);
        if due && self.agent.is_reachable() {
            self.touched = Some(now);
            out.push(Effect::Report(WindowReport::Input));
        }
    }

    fn open_status(&mut self, status: Status, minimised: bool, out: &mut Vec<Effect>) {
        let was = std::mem::replace(&mut self.status, status);
        if was == Status::Closed {
            out.push(Effect::OpenStatus { title: words::status_title(&self.profile), minimised });
            self.report(out);
        } else if !minimised {
            out.push(Effect::Front(WindowKind::Status));
        }
    }

    /// A portal that is about to open counts as shown: a client stays connected for it.
    fn report(&self, out: &mut Vec<Effect>) {
        out.push(Effect::Report(WindowReport::Showing {
            portal: self.portal != Portal::Closed,
            status: self.status != Status::Closed,
        }));
    }

    fn has_window(&self) -> bool {
        self.portal != Portal::Closed
            || self.status != Status::Closed
            || self.question.is_open
            || self.ordered.is_some()
    }

    fn settle_page_liveness(&mut self, now: Moment) {
        let open = [
            (WindowKind::Portal, self.portal == Portal::Open),
            (WindowKind::Status, self.status != Status::Closed),
            (WindowKind::SignIn, self.question.is_open),
        ];
        self.page_liveness.settle(open, now);
    }

    fn died(&mut self, kind: WindowKind, now: Moment, out: &mut Vec<Effect>) {
        match self.page_liveness.died(kind, now) {
            None => {}
            Some(Death::First) => {
                tracing::warn!(?kind, "a page has died and is loaded again");
                out.push(Effect::Reload(kind));
                if kind == WindowKind::Portal {
                    // The page may have forgotten that it is in the app's window; the address from the agent tells it again.
                    out.push(Effect::Report(WindowReport::NeedPortal));
                }
            }
            Some(Death::Again) => {
                // Do not report that it was closed, so that the agent knows that this is a crash.
                self.ending = true;
                out.push(Effect::Exit { code: 1, words: Some(words::pages_die()) });
            }
        }
    }

    fn end(&mut self, say_closed: bool, out: &mut Vec<Effect>) {
        self.ending = true;
        if say_closed {
            out.push(Effect::Report(WindowReport::Closed));
        }
        out.push(Effect::Exit {
            code: u8::from(matches!(self.agent.connection, AgentConnection::GivenUp(_))),
            words: None,
        });
    }

    fn publish(&self, out: &mut Vec<Effect>) {
        out.extend(self.shown().map(Effect::Publish));
    }
}
