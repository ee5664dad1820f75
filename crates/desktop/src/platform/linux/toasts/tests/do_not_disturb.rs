//! Toasts while the desktop is in do-not-disturb, and after it.

use super::*;

// C11
#[tokio::test]
async fn in_do_not_disturb_a_toast_is_shown_again_without_urgency_and_sound() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    ours.want(&[Toast { is_critical: false, ..request(1, "a", None) }]);
    let Call::Notify { replaces, sounds, is_critical, .. } = daemon.call().await else { panic!() };
    assert_eq!((replaces, sounds, is_critical), (1, false, false));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    ours.want(&[request(1, "a", None)]);
    assert_eq!(daemon.call().await, notify(1, "a", false));
}

// It was asked once, and toasts had no buttons after a start in do-not-disturb.
#[tokio::test]
async fn what_the_daemon_can_do_is_asked_again_when_do_not_disturb_ends() {
    let bus = TestBus::start();
    let has_no_buttons = watch::Sender::new(true);
    let kind = Kind { has_no_buttons: has_no_buttons.subscribe(), ..Kind::default() };
    let mut daemon = Daemon::of_kind(&bus, 0, kind).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[Toast { is_critical: false, ..request(1, "a", None) }]);
    let Call::Notify { actions, .. } = daemon.call().await else { panic!() };
    assert_eq!(actions, Vec::<String>::new());
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    has_no_buttons.send_replace(false);
    ours.do_not_disturb.send_replace(true);
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(1, "a", true));
}
