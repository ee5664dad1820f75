//! Opens streams to a service: TCP, and TLS by rustls with the platform's trust store. Races the addresses of the service's name.
//!
//! Knows addresses and certificates, and nothing about what is said on the stream. Tests implement [`Dial`] with an
//! in-memory stream.

mod error;
mod race;
mod tls;
mod words;

pub use error::DialError;

use crate::Address;
use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tls::Roots;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::Instant;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::ClientConfig;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};

/// How long opening a stream may take, including TLS: after that the path is blocked, and a new attempt is better.
pub const DIAL_WITHIN: Duration = Duration::from_secs(10);

/// A stream to a service.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// The result of opening a stream.
pub type Dialled = Result<Box<dyn Stream>, DialError>;

/// Opens a stream to a service's address.
pub trait Dial: Send + Sync + 'static {
    /// Opens one. The caller drops the future to give up.
    fn dial<'a>(&'a self, address: &'a Address) -> Pin<Box<dyn Future<Output = Dialled> + Send + 'a>>;
}

/// The real dialer. It reads the trusted roots when it makes the first encrypted connection, and keeps them: one copy for
/// each process.
pub struct Dialer {
    roots: Roots,
    names: HashMap<String, Vec<IpAddr>>,
    tls: tokio::sync::OnceCell<Arc<ClientConfig>>,
    /// The address of the last stream, and when that was opened.
    last: Mutex<Option<(SocketAddr, Instant)>>,
}

impl Default for Dialer {
    fn default() -> Self {
        Self::new()
    }
}

impl Dialer {
    /// A dialer that trusts the platform's issuers; it reads nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Roots::Platform)
    }

    /// A dialer that trusts these issuers and no others.
    #[must_use]
    pub fn trusting(issuers: Vec<CertificateDer<'static>>) -> Self {
        Self::with(Roots::These(issuers))
    }

    /// The same, but this name has these addresses, whatever the resolver says.
    #[must_use]
    pub fn leading(mut self, name: &str, to: Vec<IpAddr>) -> Self {
        self.names.insert(name.to_owned(), to);
        self
    }

    fn with(roots: Roots) -> Self {
        // This machine by name is never looked up (RFC 6761, 6.3): nobody may redirect it, and a minimal system does not know it.
        let names = HashMap::from([(LOCALHOST.to_owned(), LOOPBACK.to_vec())]);
        Self { roots, names, tls: tokio::sync::OnceCell::new(), last: Mutex::new(None) }
    }

    async fn open(&self, address: &Address) -> Dialled {
        let host = || address.host().to_owned();
        let secured = if address.is_secure() {
            let name = ServerName::try_from(host()).map_err(|_| DialError::Name { host: host() })?;
            Some((name, self.tls.get_or_try_init(|| tls::config(&self.roots)).await?))
        } else {
            None
        };
        let mut found = race::interleaved(self.addresses(address).await?);
        self.put_last(&mut found);
        let connect = async |to| {
            let tcp = TcpStream::connect(to).await?;
            // Frames are small and urgent.
            tcp.set_nodelay(true)?;
            Ok(tcp)
        };
        let connect = |to| {
            let connecting = connect(to);
            async move { connecting.await.map_err(|why| DialError::Unreachable { host: host(), why }) }
        };
        let secure = |tcp| {
            let secured = secured.clone();
            async move {
                let Some((name, config)) = secured else { return Ok(Box::new(tcp) as Box<dyn Stream>) };
                let tls = TlsConnector::from(Arc::clone(config)).connect(name, tcp).await;
                Ok(Box::new(tls.map_err(|why| DialError::Untrusted { host: host(), why })?)
                    as Box<dyn Stream>)
            }
        };
        match race::first(found, connect, secure).await {
            Ok((winner, stream)) => {
                *self.last() = Some((winner, Instant::now()));
                Ok(stream)
            }
            // Prefer an error that somebody has to correct to one that may pass.
            Err(errors) => Err(errors
                .into_iter()
                .reduce(|first, next| if first.is_retryable() && !next.is_retryable() { next } else { first })
                .unwrap_or_else(|| DialError::Unreachable {
                    host: host(),
                    why: io::ErrorKind::HostUnreachable.into(),
                })),
        }
    }

    /// The addresses of a host's name.
    async fn addresses(&self, address: &Address) -> Result<Vec<SocketAddr>, DialError> {
        let host = || address.host().to_owned();
        let found: Vec<SocketAddr> = match self.names.get(address.host()) {
            Some(known) => known.iter().map(|ip| SocketAddr::new(*ip, address.port())).collect(),
            None => {
                let found = tokio::net::lookup_host((address.host(), address.port())).await;
                found.map_err(|why| DialError::Unknown { host: host(), why })?.collect()
            }
        };
        // The resolver decides the addresses of every other name.
        let allowed: Vec<SocketAddr> =
            found.into_iter().filter(|found| address.is_secure() || found.ip().is_loopback()).collect();
        if allowed.is_empty() && !address.is_secure() {
            return Err(DialError::Plain { host: host() });
        }
        Ok(allowed)
    }

    /// A stream that has to be replaced so soon was useless, so its address is tried last.
    fn put_last(&self, found: &mut Vec<SocketAddr>) {
        if let Some((last, opened)) = *self.last()
            && opened.elapsed() < SHORT_LIVED
            && let Some(at) = found.iter().position(|each| *each == last)
        {
            let last = found.remove(at);
            found.push(last);
        }
    }

    fn last(&self) -> MutexGuard<'_, Option<(SocketAddr, Instant)>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// This machine by name.
const LOCALHOST: &str = "localhost";
/// The addresses of that name.
const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];
/// A shorter connection may have failed because of its address: one of several addresses of a service may lead to a broken
/// machine, or to a proxy that answers for it. The same as the time after which `backoff` starts afresh.
const SHORT_LIVED: Duration = crate::backoff::GOOD_AFTER;

impl Dial for Dialer {
    fn dial<'a>(&'a self, address: &'a Address) -> Pin<Box<dyn Future<Output = Dialled> + Send + 'a>> {
        Box::pin(async move {
            match tokio::time::timeout(DIAL_WITHIN, self.open(address)).await {
                Ok(dialled) => dialled,
                Err(_) => Err(DialError::TooSlow { host: address.host().to_owned() }),
            }
        })
    }
}
