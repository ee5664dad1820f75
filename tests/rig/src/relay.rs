//! A network between pages and a service that can be lost: connections pass through it, until it is cut.

use anyhow::{Context, Result};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{AbortHandle, JoinHandle};

/// A relay on a port of its own; it and its connections end when it is dropped.
#[derive(Debug)]
pub struct Relay {
    port: u16,
    network: Arc<Mutex<Network>>,
    task: JoinHandle<()>,
}

#[derive(Debug, Default)]
struct Network {
    is_cut: bool,
    connections: Vec<AbortHandle>,
}

impl Relay {
    /// Passes on what comes to the service on this port of loopback.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(service: u16) -> Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.context("taking a port for the relay")?;
        let port = listener.local_addr().context("asking for the port")?.port();
        let network = Arc::new(Mutex::new(Network::default()));
        let task = tokio::spawn(accept(listener, service, network.clone()));
        Ok(Self { port, network, task })
    }

    /// The same address by way of the relay.
    #[must_use]
    pub fn through(&self, address: &str, service: u16) -> String {
        address.replace(&format!(":{service}"), &format!(":{}", self.port))
    }

    /// Breaks all connections, and every new one at once.
    pub fn cut(&self) {
        let mut network = self.network.lock().unwrap_or_else(PoisonError::into_inner);
        network.is_cut = true;
        network.connections.drain(..).for_each(|connection| connection.abort());
    }

    /// Lets new connections through again.
    pub fn restore(&self) {
        self.network.lock().unwrap_or_else(PoisonError::into_inner).is_cut = false;
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.task.abort();
        self.cut();
    }
}

async fn accept(listener: TcpListener, service: u16, network: Arc<Mutex<Network>>) {
    while let Ok((mut from, _)) = listener.accept().await {
        let mut network = network.lock().unwrap_or_else(PoisonError::into_inner);
        if network.is_cut {
            continue;
        }
        let connection = tokio::spawn(async move {
            if let Ok(mut to) = TcpStream::connect(("127.0.0.1", service)).await {
                // However it ends, both ends see its end.
                drop(tokio::io::copy_bidirectional(&mut from, &mut to).await);
            }
        });
        network.connections.retain(|each| !each.is_finished());
        network.connections.push(connection.abort_handle());
    }
}
