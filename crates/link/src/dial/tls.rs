//! Which issuers are trusted, and the TLS settings that follow.

use super::DialError;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

/// Whose certificates are trusted.
pub(super) enum Roots {
    Platform,
    These(Vec<CertificateDer<'static>>),
}

pub(super) async fn config(roots: &Roots) -> Result<Arc<ClientConfig>, DialError> {
    let mut store = RootCertStore::empty();
    match roots {
        Roots::These(issuers) => trust(&mut store, issuers.clone()),
        // Reading some hundred files blocks, so it is done on another thread.
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
    // There is about one connection a day, so cached sessions would only cost memory.
    config.resumption = rustls::client::Resumption::disabled();
    Ok(Arc::new(config))
}

fn trust(store: &mut RootCertStore, issuers: Vec<CertificateDer<'static>>) {
    let (usable, broken) = store.add_parsable_certificates(issuers);
    if broken > 0 {
        tracing::debug!(usable, broken, "some trusted certificates of this computer cannot be read");
    }
}
