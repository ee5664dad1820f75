//! Systems for which the tray, toasts, sounds or do-not-disturb are not written yet: the user is told of each, and the rest of Deskbell works.

use crate::toasts::Toasts;
use crate::tray::TrayChannels;
use crate::wake::Wake;
use crate::words;
use agent::agent::Problem;

/// Shows nothing, says so, and rings for toasts that are due where the app itself can sound.
pub(crate) async fn show(channels: TrayChannels, toasts: Toasts) {
    let system = words::system();
    let missing = [
        (Problem::Tray, words::no_tray_yet(system)),
        (Problem::Toasts, words::no_toasts_yet(system)),
        (Problem::DoNotDisturb, words::no_do_not_disturb_yet(system)),
    ];
    for (about, words) in missing {
        // A closed channel means that the program ends.
        let _ended = channels.wakes.send(Wake::Notice { about, words: Some(words) }).await;
    }
    toasts.ringer.daemon_sounds(false);
    toasts.ringer.run(toasts.wanted).await;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::toasts::ringer::Ringer;
    use agent::tray::{Icon, Mark, Tray};
    use std::time::Duration;
    use tokio::sync::{mpsc, watch};
    use tokio::time::timeout;

    #[tokio::test(start_paused = true)]
    async fn says_that_tray_toasts_and_do_not_disturb_are_missing_and_ends_with_the_agent() {
        let (wakes, mut woken) = mpsc::channel(8);
        let icon = Icon { mark: Mark::Online, badge: 0 };
        let tray = watch::Sender::new(Tray { icon, tooltip: String::new(), menu: Vec::new() });
        let wanted = watch::Sender::new(None);
        let channels = TrayChannels { id: "x".into(), tray: tray.subscribe(), wakes: wakes.clone() };
        let toasts = Toasts {
            wanted: wanted.subscribe(),
            wakes,
            persisted: "/nowhere".into(),
            picture: None,
            ringer: Ringer::new(None),
            problem: None,
        };
        let showing = show(channels, toasts);
        let listening = async {
            let mut told = Vec::new();
            while told.len() < 3 {
                if let Some(Wake::Notice { about, words: Some(words) }) = woken.recv().await {
                    told.push((about, words));
                }
            }
            drop((tray, wanted));
            told
        };
        let both = async { tokio::join!(showing, listening) };
        let ((), told) = timeout(Duration::from_secs(60), both).await.expect("it ends with the agent");
        let system = words::system();
        assert_eq!(
            told,
            [
                (Problem::Tray, words::no_tray_yet(system)),
                (Problem::Toasts, words::no_toasts_yet(system)),
                (Problem::DoNotDisturb, words::no_do_not_disturb_yet(system)),
            ]
        );
    }

    #[test]
    fn what_is_missing_is_said_with_what_works_instead() {
        assert_eq!(
            words::no_tray_yet("Windows"),
            "Deskbell has no tray icon on Windows yet. Use “deskbell status” or the window."
        );
        assert_eq!(
            words::no_toasts_yet("macOS"),
            "Deskbell can't show notifications on macOS yet, so requests show no toasts: they wait in the portal."
        );
        assert_eq!(
            words::no_do_not_disturb_yet("macOS"),
            "Deskbell can't see do-not-disturb on macOS yet. “Ring silently” in the status window keeps requests quiet."
        );
        assert_eq!(
            words::no_sound_yet("Windows"),
            "Deskbell can't play sounds on Windows yet, so requests make no sound."
        );
        assert_eq!(words::no_child_lines_yet("Windows"), "the log can't take them on Windows yet");
    }
}
