//! An address that answers nothing, as one whose packets are lost on the way.

use anyhow::{Context, Result};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::time::timeout;

/// How long a connection may take before the queue counts as full: on one machine they take no time.
const TAKEN_WITHIN: Duration = Duration::from_millis(500);

/// A port whose connections nobody takes, and whose queue of them is full: one more is neither taken nor refused.
#[derive(Debug)]
pub struct Silent {
    _listener: TcpListener,
    _queue: Vec<TcpStream>,
}

impl Silent {
    /// Makes an address of this machine silent, until this is dropped.
    ///
    /// # Errors
    /// When the address is taken, or the machine does not have it.
    pub async fn at(address: SocketAddr) -> Result<Self> {
        let socket = if address.is_ipv6() { TcpSocket::new_v6() } else { TcpSocket::new_v4() };
        let socket = socket.context("making a socket")?;
        socket.bind(address).with_context(|| format!("taking {address}"))?;
        let listener = socket.listen(1).with_context(|| format!("listening at {address}"))?;
        let mut queue = Vec::new();
        while let Ok(connected) = timeout(TAKEN_WITHIN, TcpStream::connect(address)).await {
            queue.push(connected.with_context(|| format!("filling the queue of {address}"))?);
        }
        Ok(Self { _listener: listener, _queue: queue })
    }
}
