//! Opens streams to a service: TCP, and TLS by rustls with the platform's trust store.
//!
//! Knows addresses and certificates, nothing of what is said on the stream. [`Dial`] is the seam at which tests give an
//! in-memory stream instead.

use crate::Address;
use std::future::Future;
use std::io;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// How long opening a stream may take, TLS included: past this the way is blocked, and another attempt does better.
pub const DIAL_WITHIN: Duration = Duration::from_secs(10);

/// A stream to a service.
pub trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// What opening a stream gives.
pub type Dialled = Result<Box<dyn Stream>, DialError>;

/// Opens a stream to a service's address.
pub trait Dial: Send + Sync + 'static {
    /// Opens one. The caller drops the future to give up.
    fn dial<'a>(&'a self, address: &'a Address) -> Pin<Box<dyn Future<Output = Dialled> + Send + 'a>>;
}

/// Why no stream could be opened, in words that end a sentence "No connection: …".
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// The name leads nowhere.
    #[error("the name {host} is not known here ({why})")]
    Unknown {
        /// The host.
        host: String,
        /// What the resolver says.
        why: io::Error,
    },
    /// No TCP connection.
    #[error("{host} cannot be reached ({})", words::unreachable(why))]
    Unreachable {
        /// The host.
        host: String,
        /// What the system says.
        why: io::Error,
    },
    /// The address is plain text, and its host is not this computer.
    #[error(
        "{host} is not this computer, and anything else has to be encrypted: the address has to begin with https://"
    )]
    Plain {
        /// The host.
        host: String,
    },
    /// No TLS: an unknown issuer, a wrong name, an old certificate.
    #[error("{host} did not prove who it is ({})", words::untrusted(why))]
    Untrusted {
        /// The host.
        host: String,
        /// What rustls says.
        why: io::Error,
    },
    /// The name cannot stand in a certificate.
    #[error("{host} is no name that a certificate can carry")]
    Name {
        /// The host.
        host: String,
    },
    /// The platform has no certificates to trust.
    #[error("this computer's list of trusted certificates is empty")]
    NoRoots,
    /// It took longer than [`DIAL_WITHIN`].
    #[error("{host} did not answer")]
    TooSlow {
        /// The host.
        host: String,
    },
}

impl DialError {
    /// Whether it may pass without anybody's doing.
    #[must_use]
    pub fn is_retryable(&self) -> bool {
        match self {
            Self::Unknown { .. } | Self::Unreachable { .. } | Self::TooSlow { .. } => true,
            Self::Plain { .. } | Self::Untrusted { .. } | Self::Name { .. } | Self::NoRoots => false,
        }
    }
}

/// Whose certificates are trusted.
enum Roots {
    Platform,
    These(Vec<CertificateDer<'static>>),
}

/// The real thing. Trusted roots are read when the first encrypted connection is made, and kept: one copy a process.
pub struct Dialer {
    roots: Roots,
    tls: tokio::sync::OnceCell<Arc<ClientConfig>>,
}

impl Default for Dialer {
    fn default() -> Self {
        Self::new()
    }
}

impl Dialer {
    /// A dialer that trusts whom the platform trusts; reads nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self { roots: Roots::Platform, tls: tokio::sync::OnceCell::new() }
    }

    /// A dialer that trusts these issuers and no others.
    #[must_use]
    pub fn trusting(issuers: Vec<CertificateDer<'static>>) -> Self {
        Self { roots: Roots::These(issuers), tls: tokio::sync::OnceCell::new() }
    }

    async fn open(&self, address: &Address) -> Dialled {
        let host = || address.host().to_owned();
        let tcp = connect(address).await?;
        // Frames are small and urgent.
        tcp.set_nodelay(true).map_err(|why| DialError::Unreachable { host: host(), why })?;
        if !address.is_secure() {
            return Ok(Box::new(tcp));
        }
        let name = ServerName::try_from(host()).map_err(|_| DialError::Name { host: host() })?;
        let config = self.tls.get_or_try_init(|| config(&self.roots)).await?;
        let tls = TlsConnector::from(Arc::clone(config))
            .connect(name, tcp)
            .await
            .map_err(|why| DialError::Untrusted { host: host(), why })?;
        Ok(Box::new(tls))
    }
}

/// This machine by name. It is never looked up (RFC 6761, 6.3): nobody may lead it elsewhere, and a bare system does not know it.
const LOCALHOST: &str = "localhost";
/// Where that name leads.
const LOOPBACK: [IpAddr; 2] = [IpAddr::V4(Ipv4Addr::LOCALHOST), IpAddr::V6(Ipv6Addr::LOCALHOST)];

async fn connect(address: &Address) -> Result<TcpStream, DialError> {
    let host = || address.host().to_owned();
    let found: Vec<SocketAddr> = if address.host() == LOCALHOST {
        LOOPBACK.map(|ip| SocketAddr::new(ip, address.port())).to_vec()
    } else {
        let found = tokio::net::lookup_host((address.host(), address.port())).await;
        found.map_err(|why| DialError::Unknown { host: host(), why })?.collect()
    };
    // What any other name leads to is the resolver's to say.
    let allowed: Vec<SocketAddr> =
        found.into_iter().filter(|found| address.is_secure() || found.ip().is_loopback()).collect();
    if allowed.is_empty() && !address.is_secure() {
        return Err(DialError::Plain { host: host() });
    }
    TcpStream::connect(&allowed[..]).await.map_err(|why| DialError::Unreachable { host: host(), why })
}

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

async fn config(roots: &Roots) -> Result<Arc<ClientConfig>, DialError> {
    let mut store = RootCertStore::empty();
    match roots {
        Roots::These(issuers) => trust(&mut store, issuers.clone()),
        // Reading some hundred files blocks, so it is done aside.
        Roots::Platform => {
            let loading = tokio::task::spawn_blocking(|| rustls_native_certs::load_native_certs().certs);
            trust(&mut store, loading.await.unwrap_or_default());
        }
    }
    if store.is_empty() {
        return Err(DialError::NoRoots);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring supports the default versions")
        .with_root_certificates(store)
        .with_no_client_auth();
    // One connection a day or so: cached sessions would only cost memory.
    config.resumption = rustls::client::Resumption::disabled();
    Ok(Arc::new(config))
}

fn trust(store: &mut RootCertStore, issuers: Vec<CertificateDer<'static>>) {
    let (usable, broken) = store.add_parsable_certificates(issuers);
    if broken > 0 {
        tracing::debug!(usable, broken, "some trusted certificates of this computer cannot be read");
    }
}

/// Why, for people.
mod words {
    use rustls::{CertificateError, Error};
    use std::io::{self, ErrorKind};

    pub(super) fn unreachable(why: &io::Error) -> String {
        match why.kind() {
            ErrorKind::ConnectionRefused => "nothing answers at this port".to_owned(),
            ErrorKind::NetworkUnreachable | ErrorKind::HostUnreachable => {
                "there is no way to it from this network".to_owned()
            }
            ErrorKind::TimedOut => "it did not answer".to_owned(),
            _ => why.to_string(),
        }
    }

    pub(super) fn untrusted(why: &io::Error) -> String {
        let Some(error) = why.get_ref().and_then(|inner| inner.downcast_ref::<Error>()) else {
            return format!("the connection broke: {why}");
        };
        let words = match error {
            Error::InvalidCertificate(CertificateError::UnknownIssuer | CertificateError::BadSignature) => {
                "this computer does not trust the issuer of its certificate"
            }
            Error::InvalidCertificate(
                CertificateError::Expired | CertificateError::ExpiredContext { .. },
            ) => "its certificate has expired, or this computer's clock is wrong",
            Error::InvalidCertificate(
                CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. },
            ) => "its certificate is not valid yet, or this computer's clock is wrong",
            Error::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            ) => "its certificate is for another name",
            Error::InvalidMessage(_) => "its answer is not encrypted",
            other => return other.to_string(),
        };
        words.to_owned()
    }
}
