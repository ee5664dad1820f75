//! The other end of a connection: a listener on loopback that answers in one way, and certificates made for a test.

use futures_util::StreamExt;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, date_time_ymd};
use rustls::ServerConfig;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_tungstenite::accept_hdr_async;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

/// Longer than anything here takes on a loaded machine.
pub(crate) const DEADLINE: Duration = Duration::from_secs(30);

/// A certificate with its issuer.
pub(crate) struct Certificate {
    issuer: CertificateDer<'static>,
    config: Arc<ServerConfig>,
}

impl Certificate {
    /// For this name.
    pub(crate) fn of(name: &str) -> Self {
        Self::made(name, 4096)
    }

    /// For this name, and of no use any more.
    pub(crate) fn expired(name: &str) -> Self {
        Self::made(name, 2001)
    }

    fn made(name: &str, until_year: i32) -> Self {
        let mut issuing = CertificateParams::default();
        issuing.distinguished_name.push(DnType::CommonName, uuid::Uuid::new_v4().to_string());
        issuing.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(issuing, KeyPair::generate().unwrap()).unwrap();
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2000, 1, 1);
        params.not_after = date_time_ymd(until_year, 1, 1);
        let key = KeyPair::generate().unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(
                vec![certificate.der().clone()],
                PrivateKeyDer::try_from(key.serialize_der()).unwrap(),
            )
            .unwrap();
        Self { issuer: issuer.der().clone(), config: Arc::new(config) }
    }

    /// Whom to trust for it.
    pub(crate) fn issuer(&self) -> CertificateDer<'static> {
        self.issuer.clone()
    }
}

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

#[derive(Clone, Copy)]
enum Answer {
    WebSocket,
    Page {
        status: &'static str,
        body: &'static str,
    },
    /// Sends this, then the second part again and again until the other end hangs up.
    Raw {
        first: &'static str,
        then: &'static str,
    },
    Nothing,
}

/// A listener; it answers everybody in its way.
pub(crate) struct Peer {
    pub(crate) port: u16,
    heard: watch::Receiver<Option<String>>,
}

impl Peer {
    /// Speaks WebSocket, and keeps the first frame.
    pub(crate) async fn websocket(certificate: Option<&Certificate>) -> Self {
        Self::start(certificate, Answer::WebSocket).await
    }

    /// The same at a port of another address.
    pub(crate) async fn websocket_at(ip: &str, port: u16, certificate: Option<&Certificate>) -> Self {
        Self::start_at((ip, port), certificate, Answer::WebSocket).await
    }

    /// Answers every request with this page.
    pub(crate) async fn http(status: &'static str, body: &'static str) -> Self {
        Self::start(None, Answer::Page { status, body }).await
    }

    /// As [`Self::http`], encrypted.
    pub(crate) async fn https(certificate: &Certificate, status: &'static str, body: &'static str) -> Self {
        Self::start(Some(certificate), Answer::Page { status, body }).await
    }

    /// Answers with endless bytes that mean nothing.
    pub(crate) async fn raw(first: &'static str, then: &'static str) -> Self {
        Self::start(None, Answer::Raw { first, then }).await
    }

    /// Hangs up when it has heard something.
    pub(crate) async fn mute() -> Self {
        Self::start(None, Answer::Nothing).await
    }

    async fn start(certificate: Option<&Certificate>, answer: Answer) -> Self {
        Self::start_at(("127.0.0.1", 0), certificate, answer).await
    }

    async fn start_at(at: (&str, u16), certificate: Option<&Certificate>, answer: Answer) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let tls = certificate.map(|certificate| TlsAcceptor::from(Arc::clone(&certificate.config)));
        let (tell, heard) = watch::channel(None);
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                // A client that does not trust us, or never asks anything, does not count as heard.
                if let Some(stream) = encrypted(tls.as_ref(), tcp).await
                    && let Some(first) = answered(stream, answer).await
                {
                    tell.send_replace(Some(first));
                }
            }
        });
        Self { port, heard }
    }

    /// The first frame that came.
    pub(crate) async fn hello(&self) -> String {
        let mut heard = self.heard.clone();
        let first = heard.wait_for(Option::is_some);
        let first = tokio::time::timeout(DEADLINE, first).await.expect("it is heard in time").unwrap();
        first.clone().expect("it was waited for")
    }

    /// Whether anything came that is more than a handshake.
    pub(crate) fn has_heard(&self) -> bool {
        self.heard.borrow().is_some()
    }
}

async fn encrypted(tls: Option<&TlsAcceptor>, tcp: TcpStream) -> Option<Box<dyn Stream>> {
    match tls {
        None => Some(Box::new(tcp)),
        Some(tls) => Some(Box::new(tls.accept(tcp).await.ok()?)),
    }
}

#[expect(clippy::result_large_err, reason = "the callback's type is tungstenite's")]
async fn answered(mut stream: Box<dyn Stream>, answer: Answer) -> Option<String> {
    match answer {
        Answer::WebSocket => {
            let choose = |request: &Request, mut response: Response| {
                let version = request.headers()["sec-websocket-protocol"].clone();
                response.headers_mut().insert("sec-websocket-protocol", version);
                Ok(response)
            };
            let mut socket = accept_hdr_async(stream, choose).await.ok()?;
            match socket.next().await? {
                Ok(Message::Text(text)) => Some(text.to_string()),
                _ => None,
            }
        }
        Answer::Page { status, body } => {
            let asked = read_some(&mut stream).await?;
            let page = format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
            stream.write_all(page.as_bytes()).await.ok()?;
            stream.shutdown().await.ok()?;
            Some(asked)
        }
        Answer::Raw { first, then } => {
            let asked = read_some(&mut stream).await?;
            stream.write_all(first.as_bytes()).await.ok()?;
            while !then.is_empty() && stream.write_all(then.as_bytes()).await.is_ok() {}
            Some(asked)
        }
        Answer::Nothing => read_some(&mut stream).await,
    }
}

async fn read_some(stream: &mut Box<dyn Stream>) -> Option<String> {
    let mut some = vec![0; 4096];
    let count = stream.read(&mut some).await.ok().filter(|count| *count > 0)?;
    some.truncate(count);
    Some(String::from_utf8_lossy(&some).into_owned())
}
