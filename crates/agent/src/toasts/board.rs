//! What is on the screen, and the steps that make it what is wanted.
//!
//! The agent's set of toasts and the daemon's answers and signals come in; steps and [`ToastEvent`]s go out. Pure: it calls no
//! daemon. For each key at most one toast is being shown at a time, however long the daemon takes for it.

use crate::toast::{Toast, ToastEvent, ToastKey};
use std::collections::{BTreeMap, VecDeque};
use std::num::NonZeroU32;

/// The number under which a daemon knows a toast.
pub type Id = u32;

/// Tells calls to the daemon apart.
pub type Call = NonZeroU32;

/// What to tell the daemon next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Show this, in the place of an earlier one where there is one.
    Show {
        /// What.
        toast: Toast,
        /// In whose place.
        replaces: Option<Id>,
        /// Whether it sounds.
        sounds: bool,
    },
    /// Take this off the screen.
    Close(Id),
}

/// What an answer of the daemon means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The toast is on the screen.
    Shown(ToastEvent),
    /// It came too late for a toast that is not wanted any more; it is closed with the next step.
    Unwanted,
}

/// What became of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    /// The daemon was asked to show it and has not answered yet.
    Asked { call: Call, toast: Toast, replaces: Option<Id> },
    /// The daemon shows it.
    OnScreen {
        id: Id,
        toast: Toast,
        /// The user has pressed something: what closes it now is no decision of theirs.
        acted: bool,
    },
    /// A run that was killed has left it.
    LeftOver(Id),
    /// It is off the screen, by the user or in time, and comes back with a greater ring only.
    Gone { ring: Option<u64> },
    /// The daemon would not show it; a change of the toast is tried at once, the same one when it is `due`.
    Refused { toast: Toast, due: bool },
    /// It was taken off the screen for a more important one, and comes back when it is `due`.
    MadeRoom { toast: Toast, due: bool },
}

/// So many toasts that are off the screen can still be pressed: some desktops list old ones for hours (C10), and a busy
/// day's worth of requests is fewer.
const PAST: usize = 64;

/// The screen.
#[derive(Debug, Default)]
pub struct Board {
    places: BTreeMap<ToastKey, Place>,
    /// What was on the screen, the newest last.
    past: VecDeque<(Id, ToastKey)>,
    /// Shown too late, and to be closed.
    unwanted: Vec<Id>,
}

/// Which of two toasts matters more where there is no room for both: somebody who waits now, before somebody who waits for a
/// call, before words in an open chat, before what is over.
fn importance(key: &ToastKey) -> u8 {
    match key {
        ToastKey::Request(_) | ToastKey::Several => 4,
        ToastKey::Callback(_) => 3,
        ToastKey::Message(_) => 2,
        ToastKey::Abandoned(_) => 1,
        ToastKey::News(_) => 0,
    }
}

impl Board {
    /// A screen with what an earlier run of this profile left on it.
    #[must_use]
    pub fn with_persisted(left: impl IntoIterator<Item = (ToastKey, Id)>) -> Self {
        let places = left.into_iter().map(|(key, id)| (key, Place::LeftOver(id))).collect();
        Self { places, ..Self::default() }
    }

    /// The next step towards `wanted`, or `None` when nothing is to be done now. Report what came of it before asking again.
    pub fn next_step(&mut self, wanted: &[Toast]) -> Option<Step> {
        if let Some(id) = self.unwanted.pop() {
            return Some(Step::Close(id));
        }
        let is_wanted = |key: &ToastKey| wanted.iter().any(|toast| toast.key == *key);
        let unwanted = self.places.iter().find_map(|(key, place)| match place {
            Place::OnScreen { id, .. } | Place::LeftOver(id) if !is_wanted(key) => Some((key.clone(), *id)),
            // What is being shown is closed when its number is known.
            Place::Asked { .. }
            | Place::OnScreen { .. }
            | Place::LeftOver(_)
            | Place::Gone { .. }
            | Place::Refused { .. }
            | Place::MadeRoom { .. } => None,
        });
        if let Some((key, id)) = unwanted {
            self.places.remove(&key);
            self.is_past(id, key);
            return Some(Step::Close(id));
        }
        self.places.retain(|key, _| is_wanted(key));
        if let Some(step) = self.make_room() {
            return Some(step);
        }
        let mut wanted: Vec<&Toast> = wanted.iter().collect();
        if self.has_refused() {
            wanted.sort_by_key(|toast| std::cmp::Reverse(importance(&toast.key)));
        }
        wanted.into_iter().find_map(|toast| self.step_for(toast))
    }

    fn step_for(&self, toast: &Toast) -> Option<Step> {
        let show = |replaces, sounds| Some(Step::Show { toast: toast.clone(), replaces, sounds });
        match self.places.get(&toast.key) {
            None => show(None, toast.ring.is_some()),
            Some(Place::Asked { .. }) => None,
            Some(Place::LeftOver(id)) => show(Some(*id), toast.ring.is_some()),
            Some(Place::OnScreen { toast: shown, .. }) if shown == toast => None,
            Some(Place::OnScreen { id, toast: shown, .. }) => show(Some(*id), toast.ring > shown.ring),
            Some(Place::Refused { toast: refused, due: false }) if refused == toast => None,
            Some(Place::Refused { .. }) => show(None, toast.ring.is_some()),
            Some(Place::MadeRoom { toast: shown, due: true }) => show(None, toast.ring > shown.ring),
            Some(Place::Gone { ring }) if toast.ring > *ring => show(None, true),
            Some(Place::Gone { .. } | Place::MadeRoom { due: false, .. }) => None,
        }
    }

    /// Takes the least important toast off the screen for a more important one that was refused.
    fn make_room(&mut self) -> Option<Step> {
        let refused =
            self.places.iter().filter(|(_, place)| matches!(place, Place::Refused { due: false, .. }));
        let refused = refused.map(|(key, _)| key).max_by_key(|key| importance(key))?.clone();
        let shown = self.places.iter().filter(|(_, place)| matches!(place, Place::OnScreen { .. }));
        let least = shown.map(|(key, _)| key).min_by_key(|key| importance(key))?.clone();
        if importance(&least) >= importance(&refused) {
            return None;
        }
        if let Some(Place::Refused { due, .. }) = self.places.get_mut(&refused) {
            *due = true;
        }
        let Some(Place::OnScreen { id, toast, .. }) = self.places.remove(&least) else { return None };
        self.places.insert(least.clone(), Place::MadeRoom { toast, due: false });
        self.is_past(id, least);
        Some(Step::Close(id))
    }

    /// The daemon was asked to show it.
    pub fn asked(&mut self, toast: Toast, replaces: Option<Id>, call: Call) {
        self.places.insert(toast.key.clone(), Place::Asked { call, toast, replaces });
    }

    /// The daemon shows under `id` what it was asked for by `call`.
    pub fn answered(&mut self, call: Call, id: Id) -> Answered {
        let Some(toast) = self.taken(call) else {
            self.unwanted.push(id);
            return Answered::Unwanted;
        };
        let key = toast.key.clone();
        self.places.insert(key.clone(), Place::OnScreen { id, toast, acted: false });
        Answered::Shown(ToastEvent::Shown(key))
    }

    /// The daemon refused to show what it was asked for by `call`. Whether that is still wanted.
    pub fn refused(&mut self, call: Call) -> bool {
        let Some(toast) = self.taken(call) else { return false };
        self.places.insert(toast.key.clone(), Place::Refused { toast, due: false });
        true
    }

    /// The call came to nothing: what it should have replaced may still be on the screen. Whether it is still wanted.
    pub fn failed(&mut self, call: Call, replaces: Option<Id>) -> bool {
        match (self.taken(call), replaces) {
            (Some(toast), Some(id)) => {
                self.places.insert(toast.key, Place::LeftOver(id));
                true
            }
            (Some(_), None) => true,
            (None, Some(id)) => {
                self.unwanted.push(id);
                false
            }
            (None, None) => false,
        }
    }

    /// What was asked for by `call`, unless it is not wanted any more.
    fn taken(&mut self, call: Call) -> Option<Toast> {
        let of_call = |place: &Place| matches!(place, Place::Asked { call: asked, .. } if *asked == call);
        let key = self.places.iter().find(|(_, place)| of_call(place))?.0.clone();
        match self.places.remove(&key)? {
            Place::Asked { toast, .. } => Some(toast),
            Place::OnScreen { .. }
            | Place::LeftOver(_)
            | Place::Gone { .. }
            | Place::Refused { .. }
            | Place::MadeRoom { .. } => None,
        }
    }

    /// There may be room: what was refused, and what made room, is tried again.
    pub fn try_refused(&mut self) {
        for place in self.places.values_mut() {
            match place {
                Place::Refused { due, .. } | Place::MadeRoom { due, .. } => *due = true,
                Place::Asked { .. } | Place::OnScreen { .. } | Place::LeftOver(_) | Place::Gone { .. } => {}
            }
        }
    }

    /// Whether something that is wanted was refused, or made room.
    #[must_use]
    pub fn has_refused(&self) -> bool {
        self.places.values().any(|place| matches!(place, Place::Refused { .. } | Place::MadeRoom { .. }))
    }

    /// The user pressed something on the toast `id`: its key, if it is ours. One that is off the screen counts (C10).
    pub fn acted(&mut self, id: Id) -> Option<ToastKey> {
        let here = self.on_screen().find(|(_, shown)| *shown == id).map(|(key, _)| key.clone());
        if let Some(Place::OnScreen { acted, .. }) = here.as_ref().and_then(|key| self.places.get_mut(key)) {
            *acted = true;
        }
        here.or_else(|| Some(self.past.iter().rev().find(|(past, _)| *past == id)?.1.clone()))
    }

    fn is_past(&mut self, id: Id, key: ToastKey) {
        if self.past.len() == PAST {
            self.past.pop_front();
        }
        self.past.push_back((id, key));
    }

    /// Whether the number is one of ours.
    #[must_use]
    pub fn knows(&self, id: Id) -> bool {
        self.on_screen().any(|(_, shown)| shown == id) || self.past.iter().any(|(past, _)| *past == id)
    }

    /// The toast `id` is off the screen without our doing.
    pub fn closed(&mut self, id: Id) -> Option<ToastEvent> {
        let (key, ring, acted) = self.places.iter().find_map(|(key, place)| match place {
            Place::OnScreen { id: shown, toast, acted } if *shown == id => {
                Some((key.clone(), toast.ring, *acted))
            }
            // Whether it had sounded nobody knows any more; the next ring brings it back.
            Place::LeftOver(left) if *left == id => Some((key.clone(), Some(0), false)),
            Place::OnScreen { .. }
            | Place::LeftOver(_)
            // What comes in its place is on its way.
            | Place::Asked { .. }
            | Place::Gone { .. }
            | Place::Refused { .. }
            | Place::MadeRoom { .. } => None,
        })?;
        self.places.insert(key.clone(), Place::Gone { ring });
        self.is_past(id, key.clone());
        (!acted).then_some(ToastEvent::Closed(key))
    }

    /// The daemon has ended, and its numbers with it. What the user had closed stays closed, and what would have gone by itself
    /// is gone: a new daemon would show it as news, hours later. Those are told as closed. What is only just being shown may be
    /// shown by the next daemon, so its answer is waited for.
    pub fn daemon_gone(&mut self) -> Vec<ToastEvent> {
        self.past.clear();
        self.unwanted.clear();
        let mut closed = Vec::new();
        for (key, place) in std::mem::take(&mut self.places) {
            match place {
                Place::OnScreen { toast, .. } if !toast.stays => {
                    closed.push(ToastEvent::Closed(key.clone()));
                    self.places.insert(key, Place::Gone { ring: toast.ring });
                }
                Place::Gone { .. } => _ = self.places.insert(key, place),
                Place::Asked { call, toast, replaces: _ } => {
                    self.places.insert(key, Place::Asked { call, toast, replaces: None });
                }
                Place::OnScreen { .. }
                | Place::LeftOver(_)
                | Place::Refused { .. }
                | Place::MadeRoom { .. } => {}
            }
        }
        closed
    }

    /// What is on the screen, for a later run to find.
    pub fn on_screen(&self) -> impl Iterator<Item = (&ToastKey, Id)> {
        self.places.iter().filter_map(|(key, place)| match place {
            Place::OnScreen { id, .. } | Place::LeftOver(id) | Place::Asked { replaces: Some(id), .. } => {
                Some((key, *id))
            }
            Place::Asked { replaces: None, .. }
            | Place::Gone { .. }
            | Place::Refused { .. }
            | Place::MadeRoom { .. } => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chat::SessionId;
    use uuid::Uuid;

    fn key(n: u128) -> ToastKey {
        ToastKey::Request(SessionId(Uuid::from_u128(n)))
    }

    fn toast(n: u128, body: &str, ring: Option<u64>) -> Toast {
        Toast { key: key(n), title: "t".into(), body: body.into(), buttons: Vec::new(), ring, stays: true }
    }

    /// Carries out all steps against a daemon that gives the numbers 1, 2, …
    fn settle(board: &mut Board, wanted: &[Toast], next_id: &mut Id) -> Vec<Step> {
        let mut steps = Vec::new();
        while let Some(step) = board.next_step(wanted) {
            if let Step::Show { toast, replaces, .. } = &step {
                let id = replaces.unwrap_or_else(|| {
                    *next_id += 1;
                    *next_id
                });
                board.asked(toast.clone(), *replaces, call(1));
                let shown = Answered::Shown(ToastEvent::Shown(toast.key.clone()));
                assert_eq!(board.answered(call(1), id), shown);
            }
            steps.push(step);
            assert!(steps.len() < 20, "it settles");
        }
        steps
    }

    fn call(n: u32) -> Call {
        Call::new(n).unwrap()
    }

    fn of(key: ToastKey, stays: bool) -> Toast {
        Toast { key, stays, ..toast(0, "", None) }
    }

    fn show(toast: Toast, replaces: Option<Id>, sounds: bool) -> Step {
        Step::Show { toast, replaces, sounds }
    }

    #[test]
    fn a_toast_that_was_withdrawn_can_still_be_pressed() {
        // C10: desktops keep a list of old ones.
        let mut board = Board::default();
        settle(&mut board, &[toast(1, "0:00", Some(1))], &mut 0);
        settle(&mut board, &[], &mut 1);
        assert_eq!(board.acted(1), Some(key(1)));
        assert_eq!(board.acted(2), None);
        board.daemon_gone();
        assert_eq!(board.acted(1), None, "a new daemon gives the numbers anew");
    }

    #[test]
    fn shows_what_is_new_replaces_what_changed_and_closes_what_is_over() {
        let mut ids = 0;
        let mut board = Board::default();
        let (a, b) = (toast(1, "0:00", Some(1)), toast(2, "0:00", None));
        let table: Vec<(&str, Vec<Toast>, Vec<Step>)> = vec![
            (
                "two new",
                vec![a.clone(), b.clone()],
                vec![show(a.clone(), None, true), show(b.clone(), None, false)],
            ),
            ("nothing changed", vec![a.clone(), b.clone()], vec![]),
            (
                "it rings again",
                vec![toast(1, "0:20", Some(2)), b.clone()],
                vec![show(toast(1, "0:20", Some(2)), Some(1), true)],
            ),
            (
                "its text changed, without a ring",
                vec![toast(1, "0:21", Some(2)), b.clone()],
                vec![show(toast(1, "0:21", Some(2)), Some(1), false)],
            ),
            ("one is withdrawn", vec![b.clone()], vec![Step::Close(1)]),
            ("it comes back as a new one", vec![b.clone(), a.clone()], vec![show(a, None, true)]),
            ("all is over", vec![], vec![Step::Close(3), Step::Close(2)]),
            ("and stays so", vec![], vec![]),
        ];
        for (what, wanted, steps) in table {
            assert_eq!(settle(&mut board, &wanted, &mut ids), steps, "{what}");
        }
    }

    // C3: closing the toast silences nothing.
    #[test]
    fn what_the_user_closed_stays_away_until_the_next_ring() {
        let mut ids = 0;
        let mut board = Board::default();
        settle(&mut board, &[toast(1, "a", Some(1))], &mut ids);
        assert_eq!(board.closed(1), Some(ToastEvent::Closed(key(1))));
        assert_eq!(settle(&mut board, &[toast(1, "changed", Some(1))], &mut ids), []);
        let again = toast(1, "changed", Some(2));
        assert_eq!(settle(&mut board, std::slice::from_ref(&again), &mut ids), [show(again, None, true)]);
    }

    #[test]
    fn a_toast_that_closes_after_a_press_was_not_closed_by_the_user() {
        let mut board = Board::default();
        settle(&mut board, &[toast(1, "a", Some(1))], &mut 0);
        assert_eq!(board.acted(1), Some(key(1)));
        assert_eq!(board.closed(1), None);
        assert_eq!(settle(&mut board, &[], &mut 9), [], "nothing is left to close");
    }

    #[test]
    fn numbers_of_others_mean_nothing() {
        let mut board = Board::default();
        settle(&mut board, &[toast(1, "a", None)], &mut 0);
        assert_eq!((board.acted(7), board.closed(7)), (None, None));
    }

    #[test]
    fn a_new_daemon_gets_everything_anew_but_what_the_user_closed() {
        let mut ids = 0;
        let mut board = Board::default();
        let wanted = [toast(1, "a", Some(1)), toast(2, "b", Some(1))];
        settle(&mut board, &wanted, &mut ids);
        board.closed(2);
        board.daemon_gone();
        assert_eq!(settle(&mut board, &wanted, &mut ids), [show(wanted[0].clone(), None, true)]);
    }

    #[test]
    fn what_a_killed_run_left_is_replaced_or_closed() {
        let left = || [(key(1), 41), (key(2), 42)];
        let mut board = Board::with_persisted(left());
        let wanted = toast(1, "a", Some(3));
        let steps = settle(&mut board, std::slice::from_ref(&wanted), &mut 0);
        assert_eq!(steps, [Step::Close(42), show(wanted, Some(41), true)]);
        assert_eq!(
            settle(&mut Board::with_persisted(left()), &[], &mut 0),
            [Step::Close(41), Step::Close(42)]
        );
    }

    #[test]
    fn what_the_daemon_refuses_is_tried_again_when_it_changes_or_there_may_be_room() {
        let mut board = Board::default();
        let (first, second) = (toast(1, "a", Some(1)), toast(1, "a", Some(2)));
        board.asked(first.clone(), None, call(1));
        assert!(board.refused(call(1)), "it is wanted");
        assert_eq!(board.next_step(std::slice::from_ref(&first)), None);
        assert_eq!(board.next_step(std::slice::from_ref(&second)), Some(show(second, None, true)));
        board.try_refused();
        assert_eq!(board.next_step(std::slice::from_ref(&first)), Some(show(first, None, true)));
    }

    // C3: what waits again has a greater number than before, also where the twelfth was closed.
    #[test]
    fn the_first_ring_of_a_new_wait_sounds_and_brings_back_what_was_closed() {
        for is_closed in [false, true] {
            let mut board = Board::default();
            settle(&mut board, &[toast(1, "2:30", Some(12))], &mut 0);
            if is_closed {
                board.closed(1);
            }
            let again = toast(1, "0:00", Some(13));
            let step = board.next_step(std::slice::from_ref(&again));
            assert_eq!(step, Some(show(again, (!is_closed).then_some(1), true)));
        }
    }

    /// As [`settle`], for a daemon that has room for so many.
    fn settle_in(room: usize, board: &mut Board, wanted: &[Toast], next_id: &mut Id) -> Vec<ToastKey> {
        let mut steps = 0;
        while let Some(step) = board.next_step(wanted) {
            if let Step::Show { toast, replaces, .. } = step {
                board.asked(toast, replaces, call(1));
                if replaces.is_some() || board.on_screen().count() < room {
                    *next_id += 1;
                    board.answered(call(1), replaces.unwrap_or(*next_id));
                } else {
                    board.refused(call(1));
                }
            }
            steps += 1;
            assert!(steps < 50, "it settles");
        }
        board.on_screen().map(|(key, _)| key.clone()).collect()
    }

    #[test]
    fn where_there_is_no_room_what_matters_less_makes_some_and_comes_back() {
        let session = |n| SessionId(Uuid::from_u128(n));
        let (news, message) = (of(ToastKey::News(1), false), of(ToastKey::Message(session(2)), false));
        let callback = of(ToastKey::Callback(session(3)), false);
        let request = toast(4, "a", Some(1));
        let mut board = Board::default();
        let mut ids = 0;
        let mut wanted = vec![message, news];
        assert_eq!(settle_in(2, &mut board, &wanted, &mut ids).len(), 2);
        wanted.push(callback.clone());
        wanted.push(request.clone());
        let shown = settle_in(2, &mut board, &wanted, &mut ids);
        assert_eq!(shown, [request.key, callback.key]);
        assert!(board.has_refused());
        // Others' toasts have gone.
        board.try_refused();
        assert_eq!(settle_in(4, &mut board, &wanted, &mut ids).len(), 4);
        assert!(!board.has_refused());
    }

    #[test]
    fn what_is_not_refused_for_something_less_important_is_left_on_the_screen() {
        let mut board = Board::default();
        let wanted = [toast(1, "a", Some(1)), of(ToastKey::News(1), false)];
        assert_eq!(settle_in(1, &mut board, &wanted, &mut 0), [key(1)]);
    }

    #[test]
    fn a_daemon_that_takes_its_time_is_asked_once_and_its_late_number_counts() {
        let mut board = Board::default();
        let first = toast(1, "0:00", Some(1));
        assert!(board.next_step(std::slice::from_ref(&first)).is_some());
        board.asked(first, None, call(7));
        for ring in 2..8 {
            assert_eq!(board.next_step(&[toast(1, "later", Some(ring))]), None, "one is on its way");
        }
        assert_eq!(board.answered(call(7), 40), Answered::Shown(ToastEvent::Shown(key(1))));
        let later = toast(1, "later", Some(7));
        assert_eq!(board.next_step(std::slice::from_ref(&later)), Some(show(later, Some(40), true)));
    }

    #[test]
    fn what_is_withdrawn_while_it_is_being_shown_is_closed_when_its_number_comes() {
        let mut board = Board::default();
        board.asked(toast(1, "a", Some(1)), None, call(7));
        assert_eq!(board.next_step(&[]), None);
        assert_eq!(board.answered(call(7), 40), Answered::Unwanted);
        assert_eq!(board.next_step(&[]), Some(Step::Close(40)));
        assert_eq!(board.next_step(&[]), None);
        // The same for one that should have been replaced, also if that fails.
        board.asked(toast(1, "b", Some(1)), Some(41), call(8));
        assert_eq!(board.next_step(&[]), None);
        assert!(!board.failed(call(8), Some(41)), "nobody wants it any more");
        assert_eq!(board.next_step(&[]), Some(Step::Close(41)));
        board.asked(toast(1, "c", Some(1)), None, call(9));
        assert_eq!(board.next_step(&[]), None);
        assert!(!board.refused(call(9)), "nobody wants it any more");
    }

    #[test]
    fn what_goes_by_itself_does_not_come_back_with_a_new_daemon() {
        let mut board = Board::default();
        let (request, news) = (toast(1, "a", Some(1)), of(ToastKey::News(1), false));
        let wanted = [request.clone(), news.clone()];
        settle(&mut board, &wanted, &mut 0);
        assert_eq!(board.daemon_gone(), [ToastEvent::Closed(news.key)]);
        assert_eq!(settle(&mut board, &wanted, &mut 7), [show(request, None, true)]);
    }
}
