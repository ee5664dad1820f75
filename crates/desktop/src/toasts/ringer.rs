//! Makes sure that every ring is heard (C3): what is not on the screen in time sounds without its toast.
//!
//! The wanted toasts and what became of their sounds come in, and the player is told to ring. It needs no notification daemon
//! and no session bus. `Due` decides, and is pure.

use super::player::Player;
use super::sounds::Sounds;
use crate::wait::sleep_until;
use agent::toast::{Toast, ToastKey};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// How long the notification daemon may take for a toast that sounds: a sound before its toast is better than none.
const HEARD_WITHIN: Duration = Duration::from_secs(2);

/// One sound of a toast.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Ring {
    pub(crate) key: ToastKey,
    pub(crate) number: u64,
    /// Whether it is the louder and longer one.
    pub(crate) is_late: bool,
}

/// The rings of the toasts that are wanted.
#[derive(Debug, Default)]
struct Due(BTreeMap<ToastKey, Latest>);

/// The latest ring of a toast.
#[derive(Debug)]
struct Latest {
    number: u64,
    is_late: bool,
    /// Since when something has been due that was not heard: this one, or one before it. `None` once it was heard.
    unheard_since: Option<Instant>,
}

impl Due {
    /// These are wanted from now on. A toast that is silent now is not rung for any more.
    fn wanted(&mut self, toasts: &[Toast], now: Instant) {
        self.0.retain(|key, _| toasts.iter().any(|toast| toast.key == *key));
        for toast in toasts {
            match (toast.ring, self.0.get_mut(&toast.key)) {
                (None, Some(latest)) => latest.unheard_since = None,
                (Some(number), Some(latest)) if latest.number >= number => {}
                (Some(number), known) => {
                    let waits_since = known.and_then(|latest| latest.unheard_since);
                    let unheard_since = waits_since.or(Some(now));
                    let latest = Latest { number, is_late: toast.is_late, unheard_since };
                    self.0.insert(toast.key.clone(), latest);
                }
                (None, None) => {}
            }
        }
    }

    /// This one was heard. If a later one is due, it has its full time from now on.
    fn heard(&mut self, ring: &Ring, now: Instant) {
        match self.0.get_mut(&ring.key) {
            Some(Latest { number, unheard_since: Some(since), .. }) if *number > ring.number => *since = now,
            Some(_) | None => _ = self.take(ring),
        }
    }

    /// Whether this one is still to be heard. In the place of one that is not the latest any more, the latest is heard.
    fn is_unheard(&self, ring: &Ring) -> bool {
        self.0.get(&ring.key).is_none_or(|latest| {
            latest.number < ring.number || latest.number == ring.number && latest.unheard_since.is_some()
        })
    }

    /// Whether this one was still to be heard; from now on it counts as heard.
    fn take(&mut self, ring: &Ring) -> bool {
        let new = Latest { number: ring.number, is_late: ring.is_late, unheard_since: None };
        match self.0.get_mut(&ring.key) {
            Some(latest) if latest.number > ring.number => false,
            Some(latest) if latest.number == ring.number => latest.unheard_since.take().is_some(),
            Some(latest) => {
                *latest = new;
                true
            }
            None => {
                self.0.insert(ring.key.clone(), new);
                true
            }
        }
    }

    /// Whether any has been due since `then` or longer, and if so, whether one of them is late; from now on those count as heard.
    fn take_due_since(&mut self, then: Instant) -> Option<bool> {
        let due = self.0.values_mut().filter_map(|latest| {
            latest.unheard_since.take_if(|since| *since <= then).map(|_| latest.is_late)
        });
        due.reduce(|one, other| one || other)
    }

    /// When the first one will have been due for too long.
    fn next_timeout(&self) -> Option<Instant> {
        self.0.values().filter_map(|latest| latest.unheard_since).min().map(|since| since + HEARD_WITHIN)
    }
}

/// Sounds what rings. What is cloned rings for the same toasts.
#[derive(Clone, Debug)]
pub(crate) struct Ringer {
    shared: Arc<Mutex<Shared>>,
    player: Option<Player>,
}

#[derive(Debug, Default)]
struct Shared {
    due: Due,
    /// What the app itself has sounded lately.
    sounds: Sounds,
}

impl Ringer {
    /// Without a player nothing is heard.
    pub(crate) fn new(player: Option<Player>) -> Self {
        Self { shared: Arc::default(), player }
    }

    /// Rings for what is not heard in time, until nothing will be wanted any more.
    pub(crate) async fn run(self, mut wanted: watch::Receiver<Option<Vec<Toast>>>) {
        loop {
            if let Some(toasts) = &*wanted.borrow_and_update() {
                self.lock().due.wanted(toasts, Instant::now());
            }
            let overdue_at = self.lock().due.next_timeout();
            tokio::select! {
                changed = wanted.changed() => if changed.is_err() { return },
                () = sleep_until(overdue_at) => self.ring_due_since(Instant::now() - HEARD_WITHIN),
            }
        }
    }

    /// The daemon shows the toast and plays its sound, since the app could not.
    pub(crate) fn heard(&self, ring: &Ring) {
        self.lock().due.heard(ring, Instant::now());
        // Perhaps the app can play the next one. Also takes back that nothing could be heard.
        self.daemon_sounds(true);
    }

    /// Whether nobody has played it yet. Without a player only the daemon can, so it does each time.
    pub(crate) fn is_unheard(&self, ring: &Ring) -> bool {
        self.player.is_none() || self.lock().due.is_unheard(ring)
    }

    /// Too much has sounded lately for this one.
    pub(crate) fn leave_out(&self, ring: &Ring) {
        self.lock().due.take(ring);
    }

    /// Rings unless that was done already.
    pub(crate) fn ring(&self, ring: &Ring) {
        let is_due = self.lock().due.take(ring);
        if is_due {
            self.play(ring.is_late);
        }
    }

    /// There is nobody to show toasts: rings for all that are due.
    pub(crate) fn ring_for_all(&self) {
        self.ring_due_since(Instant::now());
    }

    /// Whether the daemon plays sounds where the app cannot.
    pub(crate) fn daemon_sounds(&self, does: bool) {
        if let Some(player) = &self.player {
            player.daemon_sounds(does);
        }
    }

    /// Whether the user wants to hear anything.
    pub(crate) fn is_on(&self) -> bool {
        self.player.as_ref().is_none_or(Player::is_on)
    }

    /// Whether the app has been able to play sounds.
    pub(crate) fn can_play(&self) -> bool {
        self.player.as_ref().is_some_and(Player::can_play)
    }

    /// The sound's file, for a daemon that plays it.
    pub(crate) fn file(&self, ring: &Ring) -> Option<PathBuf> {
        self.player.as_ref().and_then(|player| player.file(ring.is_late))
    }

    fn ring_due_since(&self, then: Instant) {
        let due = self.lock().due.take_due_since(then);
        if let Some(is_late) = due {
            self.play(is_late);
        }
    }

    fn play(&self, is_late: bool) {
        let Some(player) = self.player.as_ref().filter(|player| player.is_on()) else { return };
        let may_sound = self.lock().sounds.may_sound(Instant::now());
        if may_sound {
            player.ring(is_late);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toasts::player::Recorded;
    use agent::sound::SoundSettings;
    use tokio::time::sleep;

    fn toast(n: u64, ring: Option<u64>) -> Toast {
        let key = ToastKey::News(n);
        let (title, body, buttons) = ("t".into(), String::new(), Vec::new());
        Toast { key, title, body, buttons, ring, is_late: false, stays: true, is_critical: true }
    }

    fn ring(n: u64, number: u64) -> Ring {
        Ring { key: ToastKey::News(n), number, is_late: false }
    }

    /// A ringer with the toasts that are wanted of it, and the chimes so far.
    fn ringer() -> (Ringer, watch::Sender<Option<Vec<Toast>>>, Recorded) {
        let (player, recorded) = Player::recorded();
        let ringer = Ringer::new(Some(player));
        let wanted = watch::Sender::new(None);
        tokio::spawn(ringer.clone().run(wanted.subscribe()));
        (ringer, wanted, recorded)
    }

    // C3: where nobody shows toasts, requests came without a sound.
    #[tokio::test(start_paused = true)]
    async fn a_ring_that_nobody_has_sounded_is_heard_once_after_two_seconds() {
        let (_ringer, wanted, mut recorded) = ringer();
        wanted.send_replace(Some(vec![toast(1, Some(1)), toast(2, None)]));
        sleep(HEARD_WITHIN - Duration::from_millis(1)).await;
        assert_eq!(recorded.chimes(), 0);
        sleep(Duration::from_millis(2)).await;
        assert_eq!(recorded.chimes(), 1);
        sleep(Duration::from_secs(600)).await;
        assert_eq!(recorded.chimes(), 0, "once a ring");
        wanted.send_replace(Some(vec![toast(1, Some(2)), toast(2, None)]));
        sleep(HEARD_WITHIN * 2).await;
        assert_eq!(recorded.chimes(), 1, "and with the next ring");
    }

    // Each ring began the time again for the ones before.
    #[tokio::test(start_paused = true)]
    async fn rings_that_follow_each_other_fast_are_heard_two_seconds_after_the_first() {
        let (_ringer, wanted, mut recorded) = ringer();
        for number in 1..=4 {
            wanted.send_replace(Some(vec![toast(1, Some(number))]));
            sleep(Duration::from_millis(900)).await;
        }
        assert_eq!(recorded.chimes(), 1, "at 2 s; the fourth is due since 2.7 s");
        sleep(Duration::from_secs(2)).await;
        assert_eq!(recorded.chimes(), 1);
        sleep(Duration::from_secs(600)).await;
        assert_eq!(recorded.chimes(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_sound_of_the_ring_before_gives_the_next_one_its_full_time() {
        let (ringer, wanted, mut recorded) = ringer();
        wanted.send_replace(Some(vec![toast(1, Some(1))]));
        sleep(Duration::from_millis(1_500)).await;
        wanted.send_replace(Some(vec![toast(1, Some(2))]));
        sleep(Duration::from_millis(400)).await;
        ringer.heard(&ring(1, 1));
        // The loop looks again with the next change.
        wanted.send_replace(Some(vec![toast(1, Some(2))]));
        sleep(Duration::from_millis(1_900)).await;
        assert_eq!(recorded.chimes(), 0);
        sleep(Duration::from_millis(200)).await;
        assert_eq!(recorded.chimes(), 1);
    }

    // It waits again: twelve rings, then the first one of the new wait.
    #[tokio::test(start_paused = true)]
    async fn the_first_ring_of_a_new_wait_is_heard_after_twelve_of_the_one_before() {
        let (_ringer, wanted, mut recorded) = ringer();
        for number in 1..=13 {
            wanted.send_replace(Some(vec![toast(1, Some(number))]));
            sleep(HEARD_WITHIN * 2).await;
            assert_eq!(recorded.chimes(), 1);
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_ring_is_unheard_until_it_or_a_later_one_was_played() {
        let (ringer, wanted, _recorded) = ringer();
        assert!(ringer.is_unheard(&ring(1, 1)), "it is not known yet");
        wanted.send_replace(Some(vec![toast(1, Some(2))]));
        sleep(Duration::from_millis(1)).await;
        assert_eq!([1, 2, 3].map(|number| ringer.is_unheard(&ring(1, number))), [false, true, true]);
        sleep(HEARD_WITHIN * 2).await;
        assert_eq!([1, 2, 3].map(|number| ringer.is_unheard(&ring(1, number))), [false, false, true]);
    }

    #[tokio::test(start_paused = true)]
    async fn what_was_heard_withdrawn_or_silenced_in_time_is_not_rung_for() {
        let (ringer, wanted, mut recorded) = ringer();
        wanted.send_replace(Some(vec![toast(1, Some(1)), toast(2, Some(1)), toast(3, Some(1))]));
        sleep(Duration::from_secs(1)).await;
        ringer.heard(&ring(1, 1));
        wanted.send_replace(Some(vec![toast(1, Some(1)), toast(2, None)]));
        sleep(HEARD_WITHIN * 2).await;
        assert_eq!(recorded.chimes(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn a_toast_that_is_shown_late_does_not_ring_a_second_time() {
        let (ringer, wanted, mut recorded) = ringer();
        wanted.send_replace(Some(vec![toast(1, Some(1))]));
        sleep(HEARD_WITHIN * 2).await;
        ringer.ring(&ring(1, 1));
        ringer.ring_for_all();
        assert_eq!(recorded.chimes(), 1);
        wanted.send_replace(Some(vec![toast(1, Some(2))]));
        sleep(Duration::from_millis(1)).await;
        ringer.ring(&ring(1, 1));
        assert_eq!(recorded.chimes(), 0, "the answer to the ring before");
        ringer.ring_for_all();
        assert_eq!(recorded.chimes(), 1);
    }

    // A service that means no good, where nobody shows toasts.
    #[tokio::test(start_paused = true)]
    async fn without_a_daemon_a_service_that_rings_without_pause_is_heard_once_a_second_on_average() {
        let (ringer, _wanted, mut recorded) = ringer();
        for number in 0..1_000 {
            ringer.ring(&ring(number, 1));
            sleep(Duration::from_millis(10)).await;
        }
        assert_eq!(recorded.chimes(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn where_the_daemon_has_played_in_its_place_the_app_finds_out_whether_it_can_again() {
        let (ringer, wanted, mut recorded) = ringer();
        wanted.send_replace(Some(vec![toast(1, Some(1))]));
        sleep(Duration::from_secs(1)).await;
        assert!(!recorded.tries());
        ringer.heard(&ring(1, 1));
        assert!(recorded.tries());
        assert_eq!(recorded.chimes(), 0);
    }

    // C3
    #[tokio::test(start_paused = true)]
    async fn what_is_late_is_heard_as_late_with_its_toast_or_without() {
        let (ringer, wanted, mut recorded) = ringer();
        let late = |n, number| Toast { is_late: true, ..toast(n, Some(number)) };
        wanted.send_replace(Some(vec![toast(1, Some(1)), late(2, 1)]));
        sleep(HEARD_WITHIN * 2).await;
        assert_eq!(recorded.late_chimes(), 1, "one of the two is late, and one sound stands for both");
        wanted.send_replace(Some(vec![toast(1, Some(2)), late(2, 1)]));
        sleep(HEARD_WITHIN * 2).await;
        assert_eq!((recorded.late_chimes(), recorded.chimes()), (0, 1), "this one is not");
        ringer.ring(&Ring { is_late: true, ..ring(2, 2) });
        assert_eq!(recorded.late_chimes(), 1);
    }

    // C3
    #[tokio::test(start_paused = true)]
    async fn while_sound_is_off_nothing_is_heard_then_or_afterwards() {
        let (ringer, wanted, mut recorded) = ringer();
        let player = ringer.player.clone().unwrap();
        player.set(SoundSettings { on: false, ..SoundSettings::default() });
        wanted.send_replace(Some(vec![toast(1, Some(1)), toast(2, Some(1))]));
        sleep(HEARD_WITHIN * 2).await;
        ringer.ring(&ring(3, 1));
        ringer.ring_for_all();
        player.set(SoundSettings::default());
        sleep(HEARD_WITHIN * 2).await;
        assert_eq!(recorded.chimes(), 0);
        wanted.send_replace(Some(vec![toast(1, Some(2)), toast(2, Some(1))]));
        sleep(HEARD_WITHIN * 2).await;
        assert_eq!(recorded.chimes(), 1, "the next ring");
    }
}
