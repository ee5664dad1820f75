//! Opens streams to a service: TCP, and TLS by rustls with the platform's trust store.
//!
//! Knows addresses and certificates, nothing of what is said on the stream. [`Dial`] is the seam at which tests give an
//! in-memory stream instead.

use crate::Address;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
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

/// Why no stream could be opened; all of them may pass by themselves.
#[derive(Debug, thiserror::Error)]
pub enum DialError {
    /// No TCP connection.
    #[error("{host} cannot be reached ({why})")]
    Unreachable {
        /// The host.
        host: String,
        /// What the system says.
        why: io::Error,
    },
    /// No TLS: an unknown issuer, a wrong name, an old certificate.
    #[error("{host} did not prove who it is ({why})")]
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

/// The real thing. Trusted roots are read when the first encrypted connection is made, and kept: one copy a process.
#[derive(Default)]
pub struct Dialer {
    tls: tokio::sync::OnceCell<Arc<ClientConfig>>,
}

impl Dialer {
    /// A dialer; reads nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    async fn open(&self, address: &Address) -> Dialled {
        let host = || address.host().to_owned();
        let tcp = TcpStream::connect((address.host(), address.port()))
            .await
            .map_err(|why| DialError::Unreachable { host: host(), why })?;
        // Frames are small and urgent.
        tcp.set_nodelay(true).map_err(|why| DialError::Unreachable { host: host(), why })?;
        if !address.is_secure() {
            return Ok(Box::new(tcp));
        }
        let name = ServerName::try_from(host()).map_err(|_| DialError::Name { host: host() })?;
        let config = self.tls.get_or_try_init(load_config).await?;
        let tls = TlsConnector::from(Arc::clone(config))
            .connect(name, tcp)
            .await
            .map_err(|why| DialError::Untrusted { host: host(), why })?;
        Ok(Box::new(tls))
    }
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

/// Reading some hundred files of certificates blocks, so it is done aside.
async fn load_config() -> Result<Arc<ClientConfig>, DialError> {
    let loaded = tokio::task::spawn_blocking(|| {
        let mut roots = RootCertStore::empty();
        let (usable, broken) =
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if broken > 0 {
            tracing::debug!(usable, broken, "some trusted certificates of this computer cannot be read");
        }
        roots
    })
    .await;
    let Ok(roots) = loaded else { return Err(DialError::NoRoots) };
    if roots.is_empty() {
        return Err(DialError::NoRoots);
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring supports the default versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    // One connection a day or so: cached sessions would only cost memory.
    config.resumption = rustls::client::Resumption::disabled();
    Ok(Arc::new(config))
}
