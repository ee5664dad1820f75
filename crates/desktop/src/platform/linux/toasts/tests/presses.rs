//! What the user does with a toast comes back.

use super::*;

#[tokio::test]
async fn presses_and_clicks_come_back() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "", Some(1)), request(2, "", Some(1))]);
    assert_eq!([ours.event().await, ours.event().await], [1, 2].map(|n| ToastEvent::Shown(key(n))));
    drop((daemon.call().await, daemon.call().await));
    daemon.press(1, "dismiss").await;
    assert_eq!(ours.event().await, ToastEvent::Pressed(key(1), ToastAction::Dismiss));
    daemon.press(2, "default").await;
    assert_eq!(ours.event().await, ToastEvent::Clicked(key(2)));
    daemon.press(77, "join").await;
    daemon.closed(1, 1).await;
    daemon.closed(2, 3).await;
    daemon.closed(2, 2).await;
    ours.want(&[]);
    ours.end().await;
}

#[tokio::test]
async fn a_press_that_comes_before_the_number_is_not_lost() {
    let bus = TestBus::start();
    let _daemon = Daemon::start(&bus, 0, Some("join")).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "", Some(1))]);
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    assert_eq!(ours.event().await, ToastEvent::Pressed(key(1), ToastAction::Join));
}

// Another program's was taken for ours, and used for the next window.
#[tokio::test]
async fn only_a_token_for_our_own_toast_lets_a_window_come_to_the_front() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let mut ours = Ours::start(&bus).await;
    ours.want(&[request(1, "", Some(1))]);
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    drop(daemon.call().await);
    daemon.give_token(77, "theirs").await;
    daemon.give_token(1, "ours").await;
    match soon(ours.wakes.recv()).await {
        Some(Wake::ActivationToken(token)) => assert_eq!(token, "ours"),
        other => panic!("{other:?}"),
    }
}
