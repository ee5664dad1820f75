//! Races the addresses of one name (RFC 8305, "Happy Eyeballs"): an address that does not answer delays the connection by
//! only a moment.
//!
//! Addresses in, the first ready stream out. The caller says how to connect to an address, and how to secure a connection.

use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// How long an address may take to connect before the next one is tried in parallel: RFC 8305 recommends 250 ms, a little
/// more than a round trip around the world.
const NEXT_AFTER: Duration = Duration::from_millis(250);
/// How long an address that has connected may take to prove who it is before the next one is tried in parallel: two round
/// trips on the slowest path take less, and a path that drops large packets takes for ever.
const SECURED_AFTER: Duration = Duration::from_secs(2);
/// Most addresses of a name that are tried: more than any genuine name has, and all of them have started after 4 s.
const ADDRESSES: usize = 16;

/// The addresses in the order in which they are tried: alternating between the families, beginning with the one that the
/// system put first (RFC 6724), which is IPv6 if this machine has it.
pub(super) fn interleaved(addresses: Vec<SocketAddr>) -> Vec<SocketAddr> {
    let Some(first) = addresses.first().copied() else { return addresses };
    let (ahead, behind): (Vec<_>, Vec<_>) =
        addresses.into_iter().partition(|each| each.is_ipv6() == first.is_ipv6());
    let (mut ahead, mut behind) = (ahead.into_iter(), behind.into_iter());
    let mut all = Vec::new();
    loop {
        match (ahead.next(), behind.next()) {
            (None, None) => break,
            pair => all.extend([pair.0, pair.1].into_iter().flatten()),
        }
    }
    all.truncate(ADDRESSES);
    all
}

/// How far an attempt has got.
enum Progress<T, S, E> {
    Connected(SocketAddr, T),
    Ready(SocketAddr, S),
    Failed(E),
}

type Attempt<'a, T, S, E> = Pin<Box<dyn Future<Output = Progress<T, S, E>> + Send + 'a>>;

/// The first ready stream, with its address; the others are dropped. The next address starts when the one before it has
/// failed or taken too long.
///
/// # Errors
/// The error of each address, in the order in which they failed.
pub(super) async fn first<'a, T, S, E, C, R>(
    addresses: Vec<SocketAddr>,
    connect: impl Fn(SocketAddr) -> C,
    secure: impl Fn(T) -> R,
) -> Result<(SocketAddr, S), Vec<E>>
where
    C: Future<Output = Result<T, E>> + Send + 'a,
    R: Future<Output = Result<S, E>> + Send + 'a,
{
    let mut waiting = addresses.into_iter();
    let mut running: FuturesUnordered<Attempt<'a, T, S, E>> = FuturesUnordered::new();
    let mut failed = Vec::new();
    let mut next_at = Instant::now();
    loop {
        let is_over = waiting.len() == 0;
        if is_over && running.is_empty() {
            return Err(failed);
        }
        let progress = tokio::select! {
            biased;
            Some(progress) = running.next() => progress,
            () = sleep_until(next_at), if !is_over => {
                let Some(address) = waiting.next() else { continue };
                let connecting = connect(address);
                running.push(Box::pin(async move {
                    match connecting.await {
                        Ok(connection) => Progress::Connected(address, connection),
                        Err(error) => Progress::Failed(error),
                    }
                }));
                next_at = Instant::now() + NEXT_AFTER;
                continue;
            }
        };
        match progress {
            Progress::Connected(address, connection) => {
                let securing = secure(connection);
                running.push(Box::pin(async move {
                    match securing.await {
                        Ok(stream) => Progress::Ready(address, stream),
                        Err(error) => Progress::Failed(error),
                    }
                }));
                next_at = Instant::now() + SECURED_AFTER;
            }
            Progress::Ready(address, stream) => return Ok((address, stream)),
            Progress::Failed(error) => {
                failed.push(error);
                next_at = Instant::now();
            }
        }
    }
}

#[cfg(test)]
mod tests;
