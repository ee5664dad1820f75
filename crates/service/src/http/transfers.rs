//! How many files one sign-in may send and fetch, at once and in a time, and how many one organisation at once. It knows neither files nor who
//! may have them.

use crate::bucket::Bucket;
use crate::store::{OrgId, SignInId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// How long a file may take, either way: the largest one at 20 KB/s.
pub(crate) const TRANSFER_WITHIN: Duration = Duration::from_secs(10 * 60);
/// Files that a sign-in may send at once and in quick succession: more than anybody drops into a chat.
const SENDS: u32 = 20;
/// The rate per second after that.
const SENDS_PER_SECOND: u32 = 1;
/// Files that a sign-in may fetch in quick succession: a long conversation that is full of pictures, opened in several windows.
const FETCHES: u32 = 500;
/// The rate per second after that.
const FETCHES_PER_SECOND: u32 = 10;
/// Files of one sign-in that may be under way at once: browsers open six connections, in each of a few windows.
const AT_ONCE_OF_ONE: usize = 24;
/// Files of all sign-ins that may be under way at once: each takes an open file and some 100 KiB. An organisation may have as many under way as
/// places are left: half of all if it is the only one, and the next ones half of what is left.
const AT_ONCE: usize = 512;
/// Sign-ins that are remembered before those that have not been active for a while are forgotten.
const REMEMBERED: usize = 1_024;
/// When to try again if too many are under way.
const AGAIN: Duration = Duration::from_secs(2);

/// Which way a file goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Sent,
    Fetched,
}

/// The files under way.
#[derive(Default)]
pub(crate) struct Transfers(Mutex<Usage>);

#[derive(Default)]
struct Usage {
    under_way: usize,
    of: HashMap<SignInId, UsageOfOne>,
    /// How many each organisation has under way; those that have none are not in it.
    of_org: HashMap<OrgId, usize>,
}

struct UsageOfOne {
    under_way: usize,
    sends: Bucket,
    fetches: Bucket,
}

/// A file under way.
pub(crate) struct Transfer {
    transfers: Arc<Transfers>,
    of: SignInId,
    org: OrgId,
}

impl Transfers {
    /// Begins to send or fetch a file. `Err`: not now, but perhaps after this time.
    pub(crate) fn begin(self: &Arc<Self>, org: OrgId, of: SignInId, way: Way) -> Result<Transfer, Duration> {
        let now = Instant::now();
        let mut usage = self.usage();
        let left = AT_ONCE - usage.under_way;
        if usage.of_org.get(&org).copied().unwrap_or(0) >= left {
            return Err(AGAIN);
        }
        if usage.of.len() >= REMEMBERED {
            usage
                .of
                .retain(|_, one| one.under_way > 0 || !(one.sends.is_full(now) && one.fetches.is_full(now)));
        }
        let one = usage.of.entry(of).or_insert_with(|| UsageOfOne {
            under_way: 0,
            sends: Bucket::new(SENDS, SENDS_PER_SECOND, now),
            fetches: Bucket::new(FETCHES, FETCHES_PER_SECOND, now),
        });
        if one.under_way >= AT_ONCE_OF_ONE {
            return Err(AGAIN);
        }
        match way {
            Way::Sent => one.sends.take(now)?,
            Way::Fetched => one.fetches.take(now)?,
        }
        one.under_way += 1;
        usage.under_way += 1;
        *usage.of_org.entry(org).or_default() += 1;
        Ok(Transfer { transfers: self.clone(), of, org })
    }

    fn usage(&self) -> MutexGuard<'_, Usage> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Transfer {
    fn drop(&mut self) {
        let mut usage = self.transfers.usage();
        usage.under_way -= 1;
        if let Some(one) = usage.of.get_mut(&self.of) {
            one.under_way -= 1;
        }
        if let Some(of_org) = usage.of_org.get_mut(&self.org) {
            *of_org -= 1;
            if *of_org == 0 {
                usage.of_org.remove(&self.org);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[tokio::test(start_paused = true)]
    async fn one_sign_in_cannot_take_the_turn_of_others() {
        let transfers = Arc::new(Transfers::default());
        let [one, other] = [1, 2].map(|id| SignInId(Uuid::from_u128(id)));
        let org = OrgId(Uuid::from_u128(1));
        for _ in 0..SENDS {
            assert!(transfers.begin(org, one, Way::Sent).is_ok());
        }
        let wait = transfers.begin(org, one, Way::Sent).map(drop).unwrap_err();
        assert!(
            transfers.begin(org, one, Way::Fetched).is_ok() && transfers.begin(org, other, Way::Sent).is_ok()
        );
        tokio::time::advance(wait).await;
        assert!(transfers.begin(org, one, Way::Sent).is_ok());
        let under_way: Vec<_> =
            (0..AT_ONCE_OF_ONE).map(|_| transfers.begin(org, one, Way::Fetched)).collect();
        assert!(under_way.iter().all(Result::is_ok));
        assert_eq!(transfers.begin(org, one, Way::Fetched).map(drop), Err(AGAIN));
        assert!(transfers.begin(org, other, Way::Fetched).is_ok());
        drop(under_way);
        assert!(transfers.begin(org, one, Way::Fetched).is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn an_organisation_leaves_places_for_others() {
        let transfers = Arc::new(Transfers::default());
        let [crowd, other] = [1, 2].map(|id| OrgId(Uuid::from_u128(id)));
        // A crowd of sign-ins that fetch whatever they are given.
        let taken = |org: OrgId| -> Vec<Transfer> {
            let sign_ins =
                (0..AT_ONCE).map(|id| SignInId(Uuid::from_u128(org.0.as_u128() << 64 | id as u128)));
            sign_ins.flat_map(|one| transfers.begin(org, one, Way::Fetched)).collect()
        };
        let all = taken(crowd);
        assert_eq!(all.len(), AT_ONCE / 2);
        let of_other = taken(other);
        assert_eq!(of_other.len(), AT_ONCE / 4);
        // The next organisation still gets a place.
        let third = OrgId(Uuid::from_u128(3));
        assert!(transfers.begin(third, SignInId(Uuid::from_u128(9)), Way::Sent).is_ok());
        drop(all);
        assert!(taken(other).len() > AT_ONCE / 16);
        drop(of_other);
        assert!(transfers.usage().of_org.is_empty());
    }
}
