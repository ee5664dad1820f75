//! What is on the screen, and the steps that make it what is wanted.
//!
//! The agent's set of toasts and the daemon's signals come in; steps and [`ToastEvent`]s go out. Pure: it calls no daemon.

use agent::toast::{Toast, ToastEvent, ToastKey};
use std::collections::{BTreeMap, VecDeque};

/// The number under which a daemon knows a toast.
pub(crate) type Id = u32;

/// What to tell the daemon next.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
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

/// What became of one key.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
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
    /// The daemon would not show it; a change of the toast is tried again.
    Refused(Toast),
}

/// So many toasts that are off the screen can still be pressed: some desktops list old ones for hours (C10), and a busy
/// day's worth of requests is fewer.
const PAST: usize = 64;

/// The screen.
#[derive(Debug, Default)]
pub(crate) struct Board {
    places: BTreeMap<ToastKey, Place>,
    /// What was on the screen, the newest last.
    past: VecDeque<(Id, ToastKey)>,
}

impl Board {
    /// A screen with what an earlier run of this profile left on it.
    pub(crate) fn with_left_over(left: impl IntoIterator<Item = (ToastKey, Id)>) -> Self {
        let places = left.into_iter().map(|(key, id)| (key, Place::LeftOver(id))).collect();
        Self { places, past: VecDeque::new() }
    }

    /// The next step towards `wanted`, or `None` when it is reached. Report what came of it before asking again.
    pub(crate) fn next_step(&mut self, wanted: &[Toast]) -> Option<Step> {
        let is_wanted = |key: &ToastKey| wanted.iter().any(|toast| toast.key == *key);
        let unwanted = self.places.iter().find_map(|(key, place)| match place {
            Place::OnScreen { id, .. } | Place::LeftOver(id) if !is_wanted(key) => Some((key.clone(), *id)),
            Place::OnScreen { .. } | Place::LeftOver(_) | Place::Gone { .. } | Place::Refused(_) => None,
        });
        if let Some((key, id)) = unwanted {
            self.places.remove(&key);
            self.is_past(id, key);
            return Some(Step::Close(id));
        }
        self.places.retain(|key, _| is_wanted(key));
        wanted.iter().find_map(|toast| self.step_for(toast))
    }

    fn step_for(&self, toast: &Toast) -> Option<Step> {
        let show = |replaces, sounds| Some(Step::Show { toast: toast.clone(), replaces, sounds });
        match self.places.get(&toast.key) {
            None => show(None, toast.ring.is_some()),
            Some(Place::LeftOver(id)) => show(Some(*id), toast.ring.is_some()),
            Some(Place::OnScreen { toast: shown, .. } | Place::Refused(shown)) if shown == toast => None,
            Some(Place::OnScreen { id, toast: shown, .. }) => show(Some(*id), toast.ring > shown.ring),
            Some(Place::Refused(_)) => show(None, toast.ring.is_some()),
            Some(Place::Gone { ring }) if toast.ring > *ring => show(None, true),
            Some(Place::Gone { .. }) => None,
        }
    }

    /// The daemon shows it under `id`.
    pub(crate) fn shown(&mut self, toast: Toast, id: Id) -> ToastEvent {
        let key = toast.key.clone();
        self.places.insert(key.clone(), Place::OnScreen { id, toast, acted: false });
        ToastEvent::Shown(key)
    }

    /// The daemon refused to show it.
    pub(crate) fn refused(&mut self, toast: Toast) {
        self.places.insert(toast.key.clone(), Place::Refused(toast));
    }

    /// The user pressed something on the toast `id`: its key, if it is ours. One that is off the screen counts (C10).
    pub(crate) fn acted(&mut self, id: Id) -> Option<ToastKey> {
        let here = self.places.iter_mut().find_map(|(key, place)| match place {
            Place::OnScreen { id: shown, acted, .. } if *shown == id => {
                *acted = true;
                Some(key.clone())
            }
            Place::LeftOver(left) if *left == id => Some(key.clone()),
            Place::OnScreen { .. } | Place::LeftOver(_) | Place::Gone { .. } | Place::Refused(_) => None,
        });
        here.or_else(|| Some(self.past.iter().rev().find(|(past, _)| *past == id)?.1.clone()))
    }

    fn is_past(&mut self, id: Id, key: ToastKey) {
        if self.past.len() == PAST {
            self.past.pop_front();
        }
        self.past.push_back((id, key));
    }

    /// The toast `id` is off the screen without our doing.
    pub(crate) fn closed(&mut self, id: Id) -> Option<ToastEvent> {
        let (key, ring, acted) = self.places.iter().find_map(|(key, place)| match place {
            Place::OnScreen { id: shown, toast, acted } if *shown == id => {
                Some((key.clone(), toast.ring, *acted))
            }
            // Whether it had sounded nobody knows any more; the next ring brings it back.
            Place::LeftOver(left) if *left == id => Some((key.clone(), Some(0), false)),
            Place::OnScreen { .. } | Place::LeftOver(_) | Place::Gone { .. } | Place::Refused(_) => None,
        })?;
        self.places.insert(key.clone(), Place::Gone { ring });
        self.is_past(id, key.clone());
        (!acted).then_some(ToastEvent::Closed(key))
    }

    /// The daemon has ended, and its numbers with it. What the user had closed stays closed.
    pub(crate) fn daemon_gone(&mut self) {
        self.past.clear();
        self.places.retain(|_, place| match place {
            Place::Gone { .. } => true,
            Place::OnScreen { .. } | Place::LeftOver(_) | Place::Refused(_) => false,
        });
    }

    /// What is on the screen, for a later run to find.
    pub(crate) fn on_screen(&self) -> impl Iterator<Item = (&ToastKey, Id)> {
        self.places.iter().filter_map(|(key, place)| match place {
            Place::OnScreen { id, .. } | Place::LeftOver(id) => Some((key, *id)),
            Place::Gone { .. } | Place::Refused(_) => None,
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
                board.shown(toast.clone(), id);
            }
            steps.push(step);
            assert!(steps.len() < 20, "it settles");
        }
        steps
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
        let mut board = Board::with_left_over(left());
        let wanted = toast(1, "a", Some(3));
        let steps = settle(&mut board, std::slice::from_ref(&wanted), &mut 0);
        assert_eq!(steps, [Step::Close(42), show(wanted, Some(41), true)]);
        assert_eq!(
            settle(&mut Board::with_left_over(left()), &[], &mut 0),
            [Step::Close(41), Step::Close(42)]
        );
    }

    #[test]
    fn what_the_daemon_refuses_is_tried_again_when_it_changes() {
        let mut board = Board::default();
        let (first, second) = (toast(1, "a", Some(1)), toast(1, "a", Some(2)));
        assert!(board.next_step(std::slice::from_ref(&first)).is_some());
        board.refused(first.clone());
        assert_eq!(board.next_step(std::slice::from_ref(&first)), None);
        assert_eq!(board.next_step(std::slice::from_ref(&second)), Some(show(second, None, true)));
    }
}
