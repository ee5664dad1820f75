//! Opens links in the system's browser, without a shell, and never in a flood.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use url::Url;

/// Shortest time between two links: nobody follows more, and a page must not fill the screen with windows.
const EVERY: Duration = Duration::from_secs(1);

/// Opens links in the system's browser.
#[derive(Debug, Default)]
pub(crate) struct ExternalBrowser {
    last: Mutex<Option<Instant>>,
}

impl ExternalBrowser {
    /// Opens `link`, which the allow-list has accepted, unless another one was opened a moment ago.
    pub(crate) fn open(&self, link: &Url) {
        if !self.passes(Instant::now()) {
            tracing::warn!("the portal opens links faster than a person; one was left out");
            return;
        }
        if let Err(error) = open::that_detached(link.as_str()) {
            tracing::warn!(%error, "the system's browser did not open a link");
        }
    }

    fn passes(&self, now: Instant) -> bool {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        let passes = last.is_none_or(|last| now.duration_since(last) >= EVERY);
        if passes {
            *last = Some(now);
        }
        passes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lets_one_link_a_second_out() {
        let (browser, start) = (ExternalBrowser::default(), Instant::now());
        assert!(browser.passes(start));
        assert!(!browser.passes(start + Duration::from_millis(999)));
        assert!(browser.passes(start + EVERY));
    }
}
