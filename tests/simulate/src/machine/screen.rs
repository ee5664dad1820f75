//! What is on a computer's screen: the real board and the real keeper of the task that shows toasts, and what a notification daemon
//! remembers.

use agent::toast::{Toast, ToastEvent, ToastKey};
use agent::toasts::board::{Answered, Board, Call, Id, Step};
use agent::toasts::keeper::{Act, Keeper, KeeperInput};
use chat::SessionId;
use presence::Moment;
use std::collections::BTreeMap;

/// How long it takes, after the pause, until a task that shows toasts works again: a second in which the end of its bus would be seen, and
/// the daemon's time.
const TOASTS_BACK_MS: u64 = 1_500;
/// The first pause. It doubles with each end of a task that had not worked for long.
const FIRST_PAUSE_MS: u64 = 2_000;
const LONGEST_PAUSE_MS: u64 = 60_000;
/// A task that has run for this long surely counts as one that works: its next pause is the first one.
const WORKED_MS: u64 = 12_000;

/// A computer's screen.
pub(crate) struct Screen {
    /// The task that shows toasts, unless it has ended.
    board: Option<Board>,
    keeper: Keeper,
    /// The toasts that the agent wants on it.
    pub(crate) wanted: Vec<Toast>,
    /// What is on it, with the daemon's numbers.
    shown: Vec<(Id, Toast)>,
    /// What the daemon has not shown yet.
    pending: Vec<(Call, Toast, Option<Id>)>,
    last_number: u32,
    /// By then the task that shows toasts, which had ended, is at work again, unless the computer stands still before.
    lost_until: u64,
    /// How long the next pause may take before it is started again.
    pause_ms: u64,
    /// The number of the last ring of each toast that is wanted, and when it sounded so far.
    pub(crate) sounds: BTreeMap<ToastKey, (u64, Vec<u64>)>,
    /// Toasts that are not shown yet, and since when.
    unshown: Vec<(ToastKey, u64)>,
    /// Whether the desktop shows toasts at present.
    pub(crate) shows_toasts: bool,
    /// Since when it does, or does not.
    pub(crate) mood_since: u64,
}

impl Default for Screen {
    fn default() -> Self {
        Self {
            board: None,
            keeper: Keeper::new(Moment::default()),
            wanted: Vec::new(),
            shown: Vec::new(),
            pending: Vec::new(),
            last_number: 0,
            lost_until: 0,
            pause_ms: FIRST_PAUSE_MS,
            sounds: BTreeMap::new(),
            unshown: Vec::new(),
            shows_toasts: true,
            mood_since: 0,
        }
    }
}

impl Screen {
    /// The agent starts, and with it the task that shows toasts.
    pub(super) fn start(&mut self, now: Moment) {
        self.board = Some(Board::default());
        self.keeper = Keeper::new(now);
    }

    /// The agent is killed, and its toasts go.
    pub(super) fn clear(&mut self) {
        self.board = None;
        self.wanted.clear();
        self.shown.clear();
        self.pending.clear();
        self.unshown.clear();
        self.sounds.clear();
    }

    /// Sets which toasts are wanted. Returns what is new about them, in words.
    pub(crate) fn want(&mut self, toasts: Vec<Toast>, now: u64) -> Vec<String> {
        let before: Vec<ToastKey> = self.wanted.iter().map(|toast| toast.key.clone()).collect();
        self.sounds.retain(|key, _| toasts.iter().any(|toast| toast.key == *key));
        self.unshown.retain(|(key, _)| toasts.iter().any(|toast| toast.key == *key));
        let mut lines = Vec::new();
        for toast in &toasts {
            if !before.contains(&toast.key) {
                self.unshown.push((toast.key.clone(), now));
            }
            let sounded = self.sounds.get(&toast.key).map(|(ring, _)| *ring);
            if toast.ring > sounded
                && let Some(ring) = toast.ring
            {
                let (last, times) = self.sounds.entry(toast.key.clone()).or_default();
                *last = ring;
                times.push(now);
                lines.push(format!("sounds {:?} {ring}", toast.key));
            }
        }
        for key in before.iter().filter(|key| !toasts.iter().any(|toast| toast.key == **key)) {
            lines.push(format!("withdraws {key:?}"));
        }
        self.wanted = toasts;
        lines
    }

    /// The task that shows toasts takes its steps. Returns whether it runs.
    pub(crate) fn settle(&mut self) -> bool {
        let Some(board) = &mut self.board else { return false };
        while let Some(step) = board.next_step(&self.wanted) {
            match step {
                Step::Close(id) => self.shown.retain(|(shown, _)| *shown != id),
                Step::Show { toast, replaces, sounds: _ } => {
                    self.last_number += 1;
                    let Some(call) = Call::new(self.last_number) else { return false };
                    board.sent(toast.clone(), replaces, call);
                    self.pending.push((call, toast, replaces));
                }
            }
        }
        true
    }

    /// Whether the daemon was asked to show something that it has not shown yet.
    pub(super) fn is_pending(&self) -> bool {
        !self.pending.is_empty()
    }

    /// The daemon shows what it was asked to. Returns what the agent is told.
    pub(super) fn show_pending(&mut self) -> Vec<ToastEvent> {
        let mut events = Vec::new();
        for (call, toast, replaces) in std::mem::take(&mut self.pending) {
            let id = replaces.unwrap_or_else(|| {
                self.last_number += 1;
                self.last_number
            });
            let key = toast.key.clone();
            self.shown.retain(|(shown, _)| *shown != id);
            self.shown.push((id, toast));
            let Some(board) = &mut self.board else { continue };
            match board.answered(call, id) {
                Answered::Shown(event) => {
                    self.unshown.retain(|(each, _)| *each != key);
                    events.push(event);
                }
                Answered::Unwanted => {}
            }
        }
        events
    }

    /// The task that shows toasts loses its connection, and ends; `None` if it does not run.
    pub(super) fn lose_task(&mut self, daemon_ends: bool, now: u64, moment: Moment) -> Option<Vec<Act>> {
        if self.lost_until > now {
            return None;
        }
        self.board.take()?;
        self.pending.clear();
        if daemon_ends {
            self.shown.clear();
        }
        // Toasts that went with it were not closed by the user.
        let gone =
            self.wanted.iter().filter(|toast| self.shown.iter().all(|(_, shown)| shown.key != toast.key));
        self.unshown = gone.map(|toast| (toast.key.clone(), now)).collect();
        if now.saturating_sub(self.lost_until) >= WORKED_MS {
            self.pause_ms = FIRST_PAUSE_MS;
        }
        self.lost_until = now + TOASTS_BACK_MS + self.pause_ms;
        self.pause_ms = (self.pause_ms * 2).min(LONGEST_PAUSE_MS);
        Some(self.keeper.on(KeeperInput::Ended(Err("the connection was lost".to_owned())), moment))
    }

    /// The computer has stood still for this long: the keeper, which could not be called, begins its next pause only now.
    pub(crate) fn stood_still(&mut self, since: u64, for_ms: u64) {
        if self.lost_until > since {
            self.lost_until += for_ms;
        }
    }

    /// When the keeper wants to be called.
    pub(super) fn keeper_timeout(&self) -> Option<Moment> {
        self.keeper.next_timeout()
    }

    pub(super) fn keeper_due(&mut self, now: Moment) -> Vec<Act> {
        self.keeper.on(KeeperInput::Due, now)
    }

    /// The task that shows toasts starts again, with what the last one left.
    pub(super) fn start_again(&mut self) {
        let left = self.shown.iter().map(|(id, toast)| (toast.key.clone(), *id));
        self.board = Some(Board::with_persisted(left));
    }

    /// Whether the desktop has owed this toast for this long.
    pub(crate) fn is_unshown(&self, key: &ToastKey, now: u64, for_ms: u64) -> bool {
        self.unshown.iter().any(|(each, since)| each == key && since + for_ms < now)
    }

    /// What is on the screen.
    pub(crate) fn toasts(&self) -> impl Iterator<Item = &Toast> {
        self.shown.iter().map(|(_, toast)| toast)
    }

    /// Whether the desktop has shown toasts for this long.
    pub(crate) fn shows_toasts_for(&self, now: u64, for_ms: u64) -> bool {
        self.shows_toasts && self.mood_since.max(self.lost_until) + for_ms < now
    }

    /// News and ends of requests that stay on the screen.
    pub(crate) fn announcements(&self) -> usize {
        let stays = |toast: &&Toast| {
            matches!(toast.key, ToastKey::News(_) | ToastKey::Abandoned(_) | ToastKey::Callback(_))
        };
        self.toasts().filter(stays).count()
    }

    /// Whether this request's toast is one that sounds.
    pub(crate) fn rings_itself(&self, session: SessionId) -> bool {
        let key = ToastKey::Request(session);
        self.wanted.iter().any(|toast| toast.key == key && toast.ring.is_some())
    }
}
