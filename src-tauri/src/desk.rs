//! Which windows are open, and what the agent is told of them. Pure: `on(input, now) -> effects`.
//!
//! It knows no Tauri, no socket, no clock. What the pages show comes from the agent's [`View`]; here it is only decided
//! which window stands in front. Every report to the agent leaves from here, so that "closed before it ends" has one home.

mod contract;
mod portal;
mod pulse;
mod question;
#[cfg(test)]
pub(crate) mod tests;

pub use contract::{Effect, Input, WindowKind};
pub use portal::{ADDRESS_WITHIN, PORTAL_RETRY, STAND_IN_AFTER};
pub use pulse::{ASK_EVERY, DEATHS_APART, HANGS_AFTER};

use crate::words;
use agent::view::{Account, Connection, Intent, Page, Shown, ToWindow, View, WindowReport};
use chat::SessionId;
use local::socket_path::Profile;
use portal::{Portal, Wish};
use presence::{Moment, Role, State, UnixMillis};
use pulse::Pulses;
use std::time::Duration;

/// How often input in our own windows is reported at most: presence needs no finer answer (P12).
pub const INPUT_EVERY: Duration = Duration::from_secs(1);
/// How long after the start the agent may take to say what to show; after that the window was started by hand.
pub const ORDER_WITHIN: Duration = Duration::from_secs(2);

/// How the connection to the agent is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum AgentConnection {
    /// Not yet, or not now.
    Down,
    Up,
    /// Never again; why.
    Gone(String),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Status {
    Closed,
    Open,
    /// Open in the portal's place, until that can be shown.
    StandsIn,
}

/// The window program's mind.
#[derive(Debug)]
pub struct Desk {
    profile: Profile,
    agent: AgentConnection,
    view: Option<Box<View>>,
    portal: Portal,
    status: Status,
    /// The question before a link signs in is on the screen.
    asks: bool,
    /// A portal that was ordered before the view came that says who is signed in: orders go before views. At which chat, and whether
    /// minimised.
    ordered: Option<(Option<SessionId>, bool)>,
    touched: Option<Moment>,
    /// When to want a page by ourselves, if nobody orders one.
    order_by: Option<Moment>,
    pulses: Pulses,
    ending: bool,
}

impl Desk {
    /// Nothing shown, nobody connected.
    #[must_use]
    pub fn new(profile: Profile) -> Self {
        Self {
            profile,
            agent: AgentConnection::Down,
            view: None,
            portal: Portal::Closed,
            status: Status::Closed,
            asks: false,
            ordered: None,
            touched: None,
            order_by: None,
            pulses: Pulses::default(),
            ending: false,
        }
    }

    /// Takes what happened; says what to do.
    pub fn on(&mut self, input: Input, now: Moment) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.ending {
            return out;
        }
        match input {
            Input::Linked => self.linked(now, &mut out),
            Input::Unlinked => {
                self.agent = AgentConnection::Down;
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
            Input::Answered(kind) => self.answered(kind, now),
            Input::Died(kind) => self.died(kind, now, &mut out),
            Input::Touched => self.touch(now, &mut out),
            Input::NoneLeft => {
                if self.portal == Portal::Open || self.status != Status::Closed || self.asks {
                    self.end(true, &mut out);
                }
            }
        }
        self.settle_pulses(now);
        out
    }

    /// When [`Desk::on_timeout`] is wanted next.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Moment> {
        [self.portal_timeout(), self.order_by, self.pulses.next_timeout()].into_iter().flatten().min()
    }

    /// The time asked for has come.
    pub fn on_timeout(&mut self, now: Moment) -> Vec<Effect> {
        let mut out = Vec::new();
        if self.order_by.is_some_and(|by| by <= now) {
            self.order_by = None;
            let page = match self.view.as_ref().map(|view| &view.account) {
                Some(Account::SignedIn { .. }) => Page::Portal { chat: None },
                Some(Account::SignedOut { .. }) | None => Page::Status,
            };
            out.push(Effect::Intend(Intent::Open { page }));
        }
        self.on_portal_timeout(now, &mut out);
        self.on_pulse_timeout(now, &mut out);
        self.settle_pulses(now);
        out
    }

    /// What the desk page shows: the agent's view, with what only this program knows added.
    #[must_use]
    pub fn shown(&self) -> Option<Box<View>> {
        let mut view = self.view.clone()?;
        match &self.agent {
            AgentConnection::Up => {}
            AgentConnection::Down => {
                view.headline = words::AGENT_LOST.to_owned();
                view.detail = Some(words::AGENT_LOST_DETAIL.to_owned());
                // The page's picture for "no connection"; it is tried all the time, so at no moment that could be named.
                view.connection =
                    Connection::Down { retry_at: UnixMillis(0), why: words::AGENT_AWAY.to_owned() };
            }
            AgentConnection::Gone(why) => {
                view.headline = words::AGENT_GONE.to_owned();
                view.detail = Some(words::agent_gone(why));
                view.connection = Connection::Off;
                view.shown = Shown { state: State::Offline, reason: None, until: None, ..view.shown };
            }
        }
        if let (Portal::Held { why, .. }, AgentConnection::Up) = (&self.portal, &self.agent) {
            view.notices.insert(0, words::no_portal(why));
        }
        Some(view)
    }

    fn linked(&mut self, now: Moment, out: &mut Vec<Effect>) {
        let first = self.view.is_none() && !self.has_window();
        self.agent = AgentConnection::Up;
        self.order_by = first.then(|| now.plus(ORDER_WITHIN));
        self.report(out);
        match &self.portal {
            Portal::Asked { wish, .. } | Portal::Held { wish, .. } => self.ask(*wish, now, out),
            // The page's cookie was bound to the run of the agent that is gone.
            Portal::Open => out.push(Effect::Report(WindowReport::NeedPortal)),
            Portal::Closed => {}
        }
    }

    fn gave_up(&mut self, why: String, out: &mut Vec<Effect>) {
        let no_page = self.view.is_none();
        let words = format!("{} {}", words::AGENT_GONE, words::agent_gone(&why));
        self.agent = AgentConnection::Gone(why);
        if no_page {
            self.ending = true;
            out.push(Effect::Exit { code: 1, words: Some(words) });
            return;
        }
        self.publish(out);
        self.open_status(Status::Open, false, out);
        self.withdraw_question(out);
    }

    fn see(&mut self, view: Box<View>, now: Moment, out: &mut Vec<Effect>) {
        let was_up = self.is_up();
        let had_question = self.view.as_ref().is_some_and(|view| view.question.is_some());
        self.view = Some(view);
        if matches!(self.account(), Some(Account::SignedOut { .. })) && self.portal != Portal::Closed {
            let was_open = self.portal == Portal::Open;
            self.portal = Portal::Closed;
            self.open_status(Status::Open, false, out);
            if was_open {
                out.push(Effect::Withdraw(WindowKind::Portal));
                self.report(out);
            }
        }
        if let Portal::Held { wish, .. } = &self.portal
            && self.is_up()
            && !was_up
        {
            self.ask(*wish, now, out);
        }
        if let Some(Account::SignedIn { .. }) = self.account()
            && let Some((chat, minimised)) = self.ordered.take()
        {
            self.show_portal(chat, minimised, now, out);
        }
        self.publish(out);
        self.drop_question(had_question, out);
    }

    fn show(&mut self, page: Page, minimised: bool, now: Moment, out: &mut Vec<Effect>) {
        self.order_by = None;
        let signed_out = matches!(self.account(), Some(Account::SignedOut { .. }));
        let chat = match page {
            Page::SignIn => return self.show_question(out),
            Page::Portal { chat } if !signed_out => chat,
            Page::Portal { chat } => {
                self.ordered = Some((chat, minimised));
                if !self.asks {
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

    fn closed(&mut self, kind: WindowKind, out: &mut Vec<Effect>) {
        let stood_in = self.status == Status::StandsIn;
        match kind {
            WindowKind::Portal if self.portal != Portal::Open => return,
            WindowKind::Portal => self.portal = Portal::Closed,
            WindowKind::Status => self.status = Status::Closed,
            WindowKind::SignIn => self.refuse(out),
        }
        let stood_in = stood_in && kind == WindowKind::Status;
        let last = match &self.portal {
            Portal::Open => false,
            // Whoever closes what stands in for the portal does not wait for it any more.
            Portal::Asked { .. } => stood_in,
            Portal::Closed | Portal::Held { .. } => self.status == Status::Closed,
        };
        // P10: a client is there as long as the portal's window is.
        if (last && !self.asks) || (kind == WindowKind::Portal && self.role() == Role::Client) {
            self.end(true, out);
        } else {
            self.report(out);
        }
    }

    fn failed(&mut self, kind: WindowKind, why: String, now: Moment, out: &mut Vec<Effect>) {
        match kind {
            WindowKind::Portal if self.portal == Portal::Open => {
                self.hold(Wish { chat: None, minimised: false, stand_in_at: now }, why, now, out);
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
        if due && self.agent == AgentConnection::Up {
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

    /// A portal that is on its way counts as shown: a client stays connected for it.
    fn report(&self, out: &mut Vec<Effect>) {
        out.push(Effect::Report(WindowReport::Showing {
            portal: self.portal != Portal::Closed,
            status: self.status != Status::Closed,
        }));
    }

    fn has_window(&self) -> bool {
        self.portal != Portal::Closed || self.status != Status::Closed || self.asks || self.ordered.is_some()
    }

    fn end(&mut self, say_closed: bool, out: &mut Vec<Effect>) {
        self.ending = true;
        if say_closed {
            out.push(Effect::Report(WindowReport::Closed));
        }
        out.push(Effect::Exit {
            code: u8::from(matches!(self.agent, AgentConnection::Gone(_))),
            words: None,
        });
    }

    fn publish(&self, out: &mut Vec<Effect>) {
        out.extend(self.shown().map(Effect::Publish));
    }

    fn account(&self) -> Option<&Account> {
        self.view.as_ref().map(|view| &view.account)
    }

    fn role(&self) -> Role {
        match self.account() {
            Some(Account::SignedIn { role, .. }) => *role,
            Some(Account::SignedOut { .. }) | None => Role::Technician,
        }
    }

    fn is_up(&self) -> bool {
        self.agent == AgentConnection::Up
            && self.view.as_ref().is_some_and(|view| matches!(view.connection, Connection::Up { .. }))
    }
}
