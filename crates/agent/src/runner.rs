//! The agent's loop without its waiting: it feeds inputs to the agent and carries out its effects, and decides nothing itself.
//!
//! - Call [`Runner::start`] once and first, then [`Runner::turn`] with all inputs that have come. It handles them in order, and then
//!   what is due.
//! - At [`Runner::next_turn`] call [`Runner::turn`] with nothing.
//! - Pass [`Runner::next_order`] on to the link as it takes orders. While there is no room ([`Runner::has_room`]), take nothing
//!   from users.
//! - After [`Runner::is_over`] pass on the orders that are left, and [`Runner::end`] it.
//!
//! It waits for nothing. The waiting is done by `desktop::run` in the program, and by the tests on a paused clock and the simulated world.

mod orders;

use crate::agent::{Agent, Effect, Input, Now, Problem, Requester, Start};
use crate::settings::Settings;
use crate::sound::SoundSettings;
use crate::toast::Toast;
use crate::view::{Answer, Intent, Page, ToWindow, View};
use link::{Address, Order};
use orders::WaitingOrders;
use presence::Moment;
use protocol::Token;
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

/// How long after a failure the store is tried again: a full disk rarely has room sooner.
pub const STORE_AGAIN_AFTER: Duration = Duration::from_secs(60);

/// What wakes the loop.
#[derive(Debug)]
pub enum RunnerInput<R> {
    /// Something for the agent.
    Input(Input),
    /// An intent of a user, who gets the answer by `reply`.
    Intent {
        /// What.
        intent: Intent,
        /// Answers them.
        reply: R,
    },
    /// The tray's picture was clicked.
    TrayClicked,
}

/// What the loop needs of the machine on which it runs.
pub trait Machine {
    /// Answers somebody who asked.
    type Reply;

    /// Answers the user or program that asked.
    fn answer(&mut self, reply: Self::Reply, answer: Answer);
    /// Redeems a one-time link with a new token; [`Input::Redeemed`] says how that ended.
    fn redeem(&mut self, address: Address, secret: String, device: String);
    /// Sets the threshold of the idle source.
    fn set_idle_after(&mut self, idle_after: Duration);
    /// Sets how toasts sound.
    fn set_sound(&mut self, sound: SoundSettings);
    /// The machine may sleep.
    fn release_sleep(&mut self);
    /// Shows these toasts and no others.
    fn show_toasts(&mut self, toasts: Vec<Toast>);
    /// Starts the window process with this page.
    ///
    /// # Errors
    /// Why it does not start, in words.
    fn start_window(&mut self, page: Page, minimised: bool) -> Result<(), String>;
    /// Opens an address in the system's browser.
    ///
    /// # Errors
    /// Why it does not start, in words.
    fn open_browser(&mut self, address: &str) -> Result<(), String>;
    /// Tells the window process.
    fn tell_window(&mut self, order: ToWindow);
    /// Shows this view in tray, window and terminal.
    fn show(&mut self, view: &Arc<View>, now: Now);
}

/// Saves settings and sign-in. What could not be saved waits in it to be tried again.
pub trait Store {
    /// Saves the settings.
    fn save_settings(&mut self, settings: Settings);
    /// Saves the sign-in.
    fn save_token(&mut self, token: Token);
    /// Forgets the sign-in.
    fn forget_token(&mut self);
    /// Tries again what has failed.
    fn try_again(&mut self);
    /// Whether something waits to be tried again.
    fn is_waiting(&self) -> bool;
    /// What is wrong with it, in words.
    fn problem(&self) -> Option<String>;
}

/// The agent's loop.
#[derive(Debug)]
pub struct Runner<M: Machine, S> {
    agent: Agent,
    machine: M,
    store: S,
    /// How to answer those who wait.
    replies: HashMap<Requester, M::Reply>,
    last_requester: u64,
    /// Orders that the link has not taken yet.
    orders: WaitingOrders,
    /// Inputs that follow from effects.
    follow_ups: VecDeque<Input>,
    /// When the store was last tried again.
    store_tried: Moment,
    /// The last problem of the store that the agent was told of.
    told_problem: Option<String>,
    /// What is shown.
    view: Arc<View>,
    is_over: bool,
}

impl<M: Machine, S: Store> Runner<M, S> {
    /// A loop that has not begun.
    #[must_use]
    pub fn new(start: Start, machine: M, store: S, now: Now) -> Self {
        let agent = Agent::new(start, now);
        let view = Arc::new(agent.view(now));
        Self {
            agent,
            machine,
            store,
            replies: HashMap::new(),
            last_requester: 0,
            orders: WaitingOrders::default(),
            follow_ups: VecDeque::new(),
            store_tried: now.moment,
            told_problem: None,
            view,
            is_over: false,
        }
    }

    /// Begins.
    pub fn start(&mut self, now: Now) {
        self.machine.show(&self.view, now);
        self.note_store();
        let effects = self.agent.start(now);
        self.perform(effects, now);
        self.show(now);
    }

    /// Handles these inputs, and then all that is due.
    pub fn turn(&mut self, wakes: impl IntoIterator<Item = RunnerInput<M::Reply>>, now: Now) {
        for wake in wakes {
            let input = self.input(wake);
            self.feed(input, now);
        }
        if self.agent.next_timeout().is_some_and(|at| at <= now.moment) {
            let effects = self.agent.on_timeout(now);
            self.perform(effects, now);
        }
        if self.store_due().is_some_and(|at| at <= now.moment) {
            self.store_tried = now.moment;
            self.store.try_again();
            self.note_store();
            self.follow(now);
        }
        self.show(now);
    }

    /// When the next turn is due if no input comes; `None`: never.
    #[must_use]
    pub fn next_turn(&self) -> Option<Moment> {
        [self.agent.next_timeout(), self.store_due()].into_iter().flatten().min()
    }

    /// The next order for the link.
    pub fn next_order(&mut self) -> Option<Order> {
        self.orders.pop()
    }

    /// Whether there is an order for the link.
    #[must_use]
    pub fn has_orders(&self) -> bool {
        !self.orders.is_empty()
    }

    /// Whether more intents may be taken from users: while the link is far behind, they wait.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.orders.has_room()
    }

    /// Whether the agent has quit.
    #[must_use]
    pub fn is_over(&self) -> bool {
        self.is_over
    }

    /// What is shown.
    #[must_use]
    pub fn view(&self) -> &Arc<View> {
        &self.view
    }

    /// The machine around it, to read.
    #[must_use]
    pub fn machine(&self) -> &M {
        &self.machine
    }

    /// The machine around it.
    pub fn machine_mut(&mut self) -> &mut M {
        &mut self.machine
    }

    /// The store, to read.
    #[must_use]
    pub fn store(&self) -> &S {
        &self.store
    }

    /// Tries the store one last time, since there may be room by now, and returns the machine.
    #[must_use]
    pub fn end(mut self) -> M {
        self.store.try_again();
        if let Some(words) = self.store.problem() {
            tracing::error!("{words}");
        }
        self.machine
    }

    fn input(&mut self, wake: RunnerInput<M::Reply>) -> Input {
        match wake {
            RunnerInput::Input(input) => input,
            RunnerInput::Intent { intent, reply } => {
                self.last_requester += 1;
                let from = Requester(self.last_requester);
                self.replies.insert(from, reply);
                Input::Intent { from, intent }
            }
            RunnerInput::TrayClicked => Input::Clicked(Intent::Open { page: self.view.front_page() }),
        }
    }

    fn feed(&mut self, input: Input, now: Now) {
        let effects = self.agent.on(input, now);
        self.perform(effects, now);
    }

    /// Performs the effects in order, and then what follows from them.
    fn perform(&mut self, effects: Vec<Effect>, now: Now) {
        for effect in effects {
            self.perform_one(effect);
        }
        self.follow(now);
    }

    fn follow(&mut self, now: Now) {
        while let Some(input) = self.follow_ups.pop_front() {
            let effects = self.agent.on(input, now);
            for effect in effects {
                self.perform_one(effect);
            }
        }
    }

    fn perform_one(&mut self, effect: Effect) {
        match effect {
            Effect::Link(order) => self.orders.push(order),
            Effect::Answer { to, answer } => match self.replies.remove(&to) {
                Some(reply) => self.machine.answer(reply, answer),
                None => tracing::warn!(?to, "an answer to nobody"),
            },
            Effect::Redeem { address, secret, device } => self.machine.redeem(address, secret, device),
            Effect::SaveSettings(settings) => {
                self.store.save_settings(settings);
                self.note_store();
            }
            Effect::SaveToken(token) => {
                self.store.save_token(token);
                self.note_store();
            }
            Effect::ForgetToken => {
                self.store.forget_token();
                self.note_store();
            }
            Effect::SetIdleAfter(idle_after) => self.machine.set_idle_after(idle_after),
            Effect::SetSound(sound) => self.machine.set_sound(sound),
            Effect::ReleaseSleep => self.machine.release_sleep(),
            Effect::Toasts(toasts) => self.machine.show_toasts(toasts),
            Effect::StartWindow { page, minimised } => {
                if let Err(why) = self.machine.start_window(page, minimised) {
                    tracing::warn!("{why}");
                    self.follow_ups.push_back(Input::WindowFailed { why });
                }
            }
            Effect::ToWindow(order) => self.machine.tell_window(order),
            Effect::OpenBrowser(address) => {
                let words = self.machine.open_browser(&address).err();
                self.follow_ups.push_back(Input::Notice { about: Problem::Browser, words });
            }
            Effect::Quit => self.is_over = true,
        }
    }

    /// Tells the agent when the store's problem has changed.
    fn note_store(&mut self) {
        let problem = self.store.problem();
        if problem == self.told_problem {
            return;
        }
        match &problem {
            Some(words) => tracing::error!("{words}"),
            None => tracing::info!("settings and sign-in are kept again"),
        }
        self.told_problem.clone_from(&problem);
        self.follow_ups.push_back(Input::Notice { about: Problem::Storage, words: problem });
    }

    fn store_due(&self) -> Option<Moment> {
        self.store.is_waiting().then(|| self.store_tried.plus(STORE_AGAIN_AFTER))
    }

    /// Shows the view if it has changed.
    fn show(&mut self, now: Now) {
        let view = self.agent.view(now);
        if view != *self.view {
            self.view = Arc::new(view);
            self.machine.show(&self.view, now);
        }
    }
}

#[cfg(test)]
mod tests;
