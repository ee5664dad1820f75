//! Checks sign-ins one after the other, on one thread, however many ask at once. A crowd that reconnects would otherwise take
//! hundreds of threads, which would only wait for each other and keep their memory.

use crate::metrics::Counted;
use crate::store::{Account, Hash, Store, StoreError};
use prometheus_client::metrics::gauge::Gauge;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::sync::oneshot;

type Answer = Result<Option<Account>, StoreError>;

/// Looks up the owners of tokens.
pub(crate) struct TokenLookup {
    store: Arc<dyn Store>,
    queue: Mutex<Queue>,
    /// How many wait for their answer.
    waiting: Gauge,
}

/// The lookups that wait: at most one for each connection.
#[derive(Default)]
struct Queue {
    asked: Vec<(Hash, oneshot::Sender<Answer>)>,
    /// Whether a thread is looking tokens up; it also takes the lookups that arrive meanwhile.
    is_running: bool,
}

impl TokenLookup {
    pub(crate) fn new(store: Arc<dyn Store>, waiting: Gauge) -> Self {
        Self { store, queue: Mutex::default(), waiting }
    }

    /// Whom a token belongs to; `None` if nobody.
    pub(crate) async fn account(self: &Arc<Self>, token: Hash) -> Answer {
        let _waits = Counted::new(&self.waiting);
        let (sender, answer) = oneshot::channel();
        let begins = {
            let mut queue = self.queue();
            queue.asked.push((token, sender));
            !std::mem::replace(&mut queue.is_running, true)
        };
        if begins {
            let lookup = self.clone();
            tokio::task::spawn_blocking(move || LookupThread(&lookup).work());
        }
        answer.await.unwrap_or_else(|_| Err(StoreError::Down("its thread has ended".to_owned())))
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Looks tokens up on its own thread until none are waiting.
struct LookupThread<'a>(&'a TokenLookup);

impl LookupThread<'_> {
    fn work(self) {
        loop {
            let mut queue = self.0.queue();
            let asked = std::mem::take(&mut queue.asked);
            if asked.is_empty() {
                queue.is_running = false;
                return;
            }
            drop(queue);
            for (token, sender) in asked {
                // The connection that asked may be gone.
                let _ = sender.send(self.0.store.account(token));
            }
        }
    }
}

impl Drop for LookupThread<'_> {
    /// A panic in the store must not leave everybody waiting.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let mut queue = self.0.queue();
            queue.is_running = false;
            queue.asked.clear();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{Added, Affiliation, NewPerson, OrgId, Redeemed, SignInId, Sqlite};
    use chat::PersonId;
    use presence::UnixMillis;
    use std::pin::Pin;
    use std::task::Poll;
    use uuid::Uuid;

    #[tokio::test]
    async fn everybody_in_a_crowd_gets_their_own_answer() {
        let store = Sqlite::in_memory().unwrap();
        let now = UnixMillis(1);
        let mut known = Vec::new();
        for name in ["Priya", "Omar", "Dana"] {
            let person = NewPerson {
                id: PersonId(Uuid::new_v4()),
                org: ("Acme IT".to_owned(), OrgId(Uuid::new_v4())),
                name: name.to_owned(),
                affiliation: Affiliation::Technician,
            };
            let (link, token) = (Hash::of(name), Hash::of(&format!("token of {name}")));
            assert!(matches!(store.add_person(&person, link, now), Ok(Added::Person(..))));
            let redeemed = store.redeem(link, token, SignInId(Uuid::new_v4()), "laptop", now, now);
            assert!(matches!(redeemed, Ok(Redeemed::Account(_))));
            known.push((token, person.id));
        }
        let lookup = Arc::new(TokenLookup::new(Arc::new(store), Gauge::default()));
        let mut tasks = Vec::new();
        for round in 0..100 {
            let (token, person) = known[round % known.len()];
            let (own, other) = (lookup.clone(), lookup.clone());
            tasks.push((tokio::spawn(async move { own.account(token).await }), Some(person)));
            let forged = Hash::of(&format!("forged {round}"));
            tasks.push((tokio::spawn(async move { other.account(forged).await }), None));
        }
        for (task, person) in tasks {
            let account = task.await.unwrap().unwrap();
            assert_eq!(account.map(|account| account.person.id), person);
        }
    }

    #[tokio::test]
    async fn a_lookup_counts_as_waiting_until_it_is_answered_or_dropped() {
        let lookup = Arc::new(TokenLookup::new(Arc::new(Sqlite::in_memory().unwrap()), Gauge::default()));
        // A thread seems to be at work, so nothing is answered yet.
        lookup.queue().is_running = true;
        let ask = async || lookup.account(Hash::of("forged")).await;
        let (mut stays, mut hangs_up) = (Box::pin(ask()), Box::pin(ask()));
        assert!(poll_once(&mut stays).await.is_pending() && poll_once(&mut hangs_up).await.is_pending());
        assert_eq!(lookup.waiting.get(), 2);
        drop(hangs_up);
        assert_eq!(lookup.waiting.get(), 1);
        LookupThread(&lookup).work();
        assert!(matches!(stays.await, Ok(None)));
        assert_eq!(lookup.waiting.get(), 0);
    }

    async fn poll_once<F: Future + Unpin>(future: &mut F) -> Poll<F::Output> {
        std::future::poll_fn(|context| Poll::Ready(Pin::new(&mut *future).poll(context))).await
    }
}
