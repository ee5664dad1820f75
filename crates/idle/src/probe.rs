//! Finds a source, keeps it while it works, and looks again when it is lost (P12).
//!
//! The loop does not judge sources: the `Prober` decides which are tried, and in which order.

use crate::seen::Source;
use crate::source::{Attempt, FactSender, Orders, Unavailable};
use presence::device::Fact;
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// The first pause after an attempt that failed, doubled up to [`MAX_PAUSE`]: an attempt is one refused connection.
const MIN_PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(5);
/// A source that is lost sooner counts as a failed attempt, so that one that always breaks is not tried without a pause.
const LIVED: Duration = Duration::from_secs(10);
/// Tries the sources of one place.
pub(crate) trait Prober: Send {
    /// One attempt. `lost_at`: when the previous source was lost, since its server may be a new one that knows of no input.
    fn probe(&mut self, lost_at: Option<Instant>) -> impl Future<Output = Attempt> + Send;
}

/// Runs for ever, and reports what the current source sees, or that no source works. If no source can ever work, it says so
/// once, and nothing wakes the machine afterwards.
pub(crate) async fn drive(mut prober: impl Prober, orders: watch::Receiver<Orders>, facts: FactSender) {
    let mut pause = MIN_PAUSE;
    let mut said = String::new();
    let mut lost_at = None;
    loop {
        let why = match prober.probe(lost_at).await {
            Ok((source, why)) => {
                let began = Instant::now();
                facts.tell_source(Source::Found { kind: source.kind(), why }).await;
                let lost = source.run(orders.clone(), facts.clone()).await;
                lost_at = Some(Instant::now());
                facts.tell(Fact::Lost).await;
                said.clear();
                if began.elapsed() >= LIVED {
                    pause = Duration::ZERO;
                }
                lost.why
            }
            Err(Unavailable::Never(why)) => {
                facts.tell_source(Source::None { why }).await;
                return std::future::pending().await;
            }
            Err(unavailable @ (Unavailable::Session(_) | Unavailable::Mechanism(_))) => {
                unavailable.to_string()
            }
        };
        if why != said {
            facts.tell_source(Source::None { why: why.clone() }).await;
            said = why;
        }
        sleep(pause).await;
        pause = (pause * 2).clamp(MIN_PAUSE, MAX_PAUSE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seen::Seen;
    use tokio::sync::mpsc;
    use tokio::time::timeout;

    /// Fails in this way, and counts.
    struct Failing(fn() -> Unavailable, mpsc::UnboundedSender<()>);

    impl Prober for Failing {
        async fn probe(&mut self, _lost_at: Option<Instant>) -> Attempt {
            self.1.send(()).expect("the test counts");
            Err((self.0)())
        }
    }

    /// How often a source is looked for in an hour, and how often it is reported that none works.
    async fn in_an_hour(failure: fn() -> Unavailable) -> (usize, usize) {
        let (count, attempts) = mpsc::unbounded_channel();
        let (tell, seen) = mpsc::channel::<Seen>(8);
        let orders = watch::Sender::new(Orders { idle_after: Duration::from_secs(300), wakings: 0 });
        let driving = drive(Failing(failure, count), orders.subscribe(), FactSender::new(tell));
        assert!(timeout(Duration::from_secs(3600), driving).await.is_err(), "it never ends");
        (attempts.len(), seen.len())
    }

    #[tokio::test(start_paused = true)]
    async fn looks_again_only_where_there_could_be_a_source_one_day() {
        assert_eq!(in_an_hour(|| Unavailable::Never("no display".into())).await, (1, 1));
        let (attempts, told) = in_an_hour(|| Unavailable::Session("it is gone".into())).await;
        assert!(attempts > 700, "a new X server is seen within seconds: {attempts}");
        assert_eq!(told, 1);
    }
}
