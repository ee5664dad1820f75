//! Who plays the sound of a toast.

use super::*;
use agent::sound::SoundSettings;

// C3
#[tokio::test]
async fn the_daemon_is_to_play_the_sound_only_where_the_app_cannot_and_never_while_sound_is_off() {
    let bus = TestBus::start();
    let mut daemon = Daemon::start(&bus, 0, None).await;
    let (player, mut recorded) = Player::recorded();
    let mut ours = Ours::start_with(&bus, Ringer::new(Some(player.clone()))).await;
    ours.want(&[request(1, "a", Some(1))]);
    assert_eq!(daemon.call().await, notify(0, "a", false));
    soon(recorded.chime()).await;
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    recorded.fail();
    ours.want(&[request(1, "b", Some(2))]);
    assert_eq!(daemon.call().await, notify(1, "b", true));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    player.set(SoundSettings { on: false, ..SoundSettings::default() });
    ours.want(&[request(1, "c", Some(3))]);
    assert_eq!(daemon.call().await, notify(1, "c", false));
    assert_eq!(ours.event().await, ToastEvent::Shown(key(1)));
    player.set(SoundSettings::default());
    ours.want(&[request(1, "d", Some(3))]);
    assert_eq!(daemon.call().await, notify(1, "d", false), "what was off is not made up for");
    ours.want(&[]);
    ours.end().await;
    assert_eq!(recorded.chimes(), 0);
}
