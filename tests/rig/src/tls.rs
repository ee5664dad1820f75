//! The TLS end before a service, as a proxy is: a certificate for `localhost`, by an issuer that is made for it and forgotten.
//!
//! What comes over TLS goes on to the service as it is, and back; nothing is read or added.

use anyhow::{Context, Result};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::PrivateKeyDer;

/// The name that the certificate is for.
const NAME: &str = "localhost";
/// Whom this machine trusts, as Debian keeps it.
const MACHINES: &str = "/etc/ssl/certs/ca-certificates.crt";

/// A TLS end; it and its connections end when it is dropped.
#[derive(Debug)]
pub struct TlsEnd {
    port: u16,
    trusted: PathBuf,
    bound: Option<(TcpListener, Arc<ServerConfig>)>,
    task: Option<JoinHandle<()>>,
}

impl TlsEnd {
    /// Takes a port of loopback and makes a certificate. Nobody is served before [`Self::pass_on`]: a service has to know its
    /// public address when it starts.
    ///
    /// # Errors
    /// When no port is free, or the folder cannot be written.
    pub async fn bind(folder: &Path) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("taking a port for TLS")?;
        let port = listener.local_addr().context("asking for the port")?.port();
        let (issuer, config) = certificate().context("making a certificate")?;
        let trusted = folder.join("trusted.pem");
        // A real app reads all that the machine trusts, and that costs what it costs.
        let machines = fs::read_to_string(MACHINES)
            .with_context(|| format!("{MACHINES}: `cargo xtask setup` installs ca-certificates"))?;
        fs::write(&trusted, format!("{machines}{issuer}"))
            .with_context(|| format!("writing {}", trusted.display()))?;
        Ok(Self { port, trusted, bound: Some((listener, Arc::new(config))), task: None })
    }

    /// Its address, for instance `https://localhost:40000`.
    #[must_use]
    pub fn address(&self) -> String {
        format!("https://{NAME}:{}", self.port)
    }

    /// Whom to trust, as a file for `SSL_CERT_FILE`: those that this machine trusts, and the issuer of this end's certificate.
    #[must_use]
    pub fn trusted(&self) -> &Path {
        &self.trusted
    }

    /// From now on passes on to this port of loopback.
    pub fn pass_on(&mut self, to: u16) {
        let Some((listener, config)) = self.bound.take() else { return };
        let acceptor = TlsAcceptor::from(config);
        self.task = Some(tokio::spawn(async move {
            let mut connections = JoinSet::new();
            while let Ok((tcp, _)) = listener.accept().await {
                let acceptor = acceptor.clone();
                connections.spawn(async move {
                    // A client that does not trust us, or leaves in the middle, must not affect the others.
                    drop(pass(&acceptor, tcp, to).await);
                });
                while connections.try_join_next().is_some() {}
            }
        }));
    }
}

impl Drop for TlsEnd {
    fn drop(&mut self) {
        if let Some(task) = &self.task {
            task.abort();
        }
    }
}

async fn pass(acceptor: &TlsAcceptor, tcp: TcpStream, to: u16) -> std::io::Result<()> {
    tcp.set_nodelay(true)?;
    let mut outside = acceptor.accept(tcp).await?;
    let mut inside = TcpStream::connect(("127.0.0.1", to)).await?;
    inside.set_nodelay(true)?;
    tokio::io::copy_bidirectional(&mut outside, &mut inside).await.map(drop)
}

/// The issuer as PEM, and how to serve by it.
fn certificate() -> Result<(String, ServerConfig)> {
    let mut issuing = CertificateParams::default();
    issuing.distinguished_name.push(DnType::CommonName, "rig");
    issuing.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let issuer = CertifiedIssuer::self_signed(issuing, KeyPair::generate()?)?;
    let key = KeyPair::generate()?;
    let certificate = CertificateParams::new([NAME.to_owned()])?.signed_by(&key, &issuer)?;
    let private = PrivateKeyDer::try_from(key.serialize_der()).map_err(anyhow::Error::msg)?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)?;
    Ok((pem(issuer.der()), config))
}

fn pem(der: &[u8]) -> String {
    let mut text = "-----BEGIN CERTIFICATE-----\n".to_owned();
    for line in STANDARD.encode(der).as_bytes().chunks(64) {
        text.push_str(&String::from_utf8_lossy(line));
        text.push('\n');
    }
    text + "-----END CERTIFICATE-----\n"
}
