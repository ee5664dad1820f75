//! One device: a socket from its connect to its cut, without a thread or a task of its own.

use crate::frame::{self, Frame};
use anyhow::{Context, Result, bail, ensure};
use mio::net::TcpStream;
use socket2::{Domain, Protocol, SockRef, Socket as Socket2, Type};
use std::io::{ErrorKind, Read, Write};
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

/// The end of an HTTP answer's head.
const HEAD_END: &[u8] = b"\r\n\r\n";
/// Bytes read at once; what is no whole frame is kept.
pub(crate) const READ_BYTES: usize = 64 * 1024;

/// Devices that share an address: the service lets only so many from one stand without hello.
const OFFICE: usize = 250;
/// The address of the first office; loopback has sixteen million.
const FIRST_OFFICE: Ipv4Addr = Ipv4Addr::new(127, 1, 0, 1);
/// What Linux says of a connect that has begun.
const IN_PROGRESS: i32 = 115;

/// How far it has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stage {
    /// The network is being asked.
    Connecting,
    /// The upgrade was asked for.
    Upgrading,
    /// It has said hello.
    Greeting,
    /// It was told all.
    Synced,
    /// The server has closed it, with this code.
    Closed(u16),
}

/// What comes to it.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Heard<'a> {
    /// The server speaks WebSocket from here on: it is time for hello.
    Upgraded,
    /// A frame.
    Text(&'a [u8]),
}

/// A device.
pub(crate) struct Socket {
    stream: TcpStream,
    pub(crate) stage: Stage,
    /// The beginning of a frame whose end has not come.
    kept: Vec<u8>,
}

impl Socket {
    /// Begins to connect, as the device of this number: from the address of its office.
    pub(crate) fn connect(address: SocketAddr, number: usize) -> Result<Self> {
        let office = u32::try_from(number / OFFICE).context("numbering offices")?;
        let from = SocketAddr::new(Ipv4Addr::from(FIRST_OFFICE.to_bits() + office).into(), 0);
        let socket =
            Socket2::new(Domain::IPV4, Type::STREAM, Some(Protocol::TCP)).context("making a socket")?;
        socket.set_nonblocking(true).context("making a socket that does not block")?;
        socket.bind(&from.into()).with_context(|| format!("taking the address {from}"))?;
        match socket.connect(&address.into()) {
            Err(error) if error.raw_os_error() == Some(IN_PROGRESS) => {}
            done => done.context("connecting")?,
        }
        let stream = TcpStream::from_std(socket.into());
        Ok(Self { stream, stage: Stage::Connecting, kept: Vec::new() })
    }

    pub(crate) fn stream(&mut self) -> &mut TcpStream {
        &mut self.stream
    }

    /// It can be written to: if that is news, asks for the upgrade.
    pub(crate) fn writable(&mut self) -> Result<()> {
        if self.stage != Stage::Connecting {
            return Ok(());
        }
        if let Some(error) = self.stream.take_error().context("asking how connecting went")? {
            return Err(error).context("connecting");
        }
        if self.stream.peer_addr().is_err() {
            return Ok(());
        }
        self.stream.set_nodelay(true).context("asking for no delay")?;
        self.stage = Stage::Upgrading;
        self.write(UPGRADE)
    }

    /// Writes all of it: what a device writes always fits into its socket.
    pub(crate) fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = self.stream.write(bytes).context("writing")?;
        ensure!(written == bytes.len(), "a socket takes {written} of {} bytes", bytes.len());
        Ok(())
    }

    /// Reads all that has come and hands it out; `false`: the other end is gone. `buffer` is everybody's.
    pub(crate) fn read(
        &mut self,
        buffer: &mut [u8],
        mut take: impl FnMut(&mut Self, Heard<'_>) -> Result<()>,
    ) -> Result<bool> {
        loop {
            let read = match self.stream.read(buffer) {
                Ok(0) => return Ok(false),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(true),
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(false),
                Err(error) => return Err(error).context("reading"),
            };
            if self.kept.is_empty() {
                let used = self.parse(&buffer[..read], &mut take)?;
                self.kept.extend_from_slice(&buffer[used..read]);
            } else {
                let mut bytes = std::mem::take(&mut self.kept);
                bytes.extend_from_slice(&buffer[..read]);
                let used = self.parse(&bytes, &mut take)?;
                bytes.drain(..used);
                if !bytes.is_empty() {
                    self.kept = bytes;
                }
            }
        }
    }

    fn parse(
        &mut self,
        bytes: &[u8],
        take: &mut impl FnMut(&mut Self, Heard<'_>) -> Result<()>,
    ) -> Result<usize> {
        let mut used = 0;
        if self.stage == Stage::Upgrading {
            let Some(end) = bytes.windows(HEAD_END.len()).position(|four| four == HEAD_END) else {
                return Ok(0);
            };
            if !bytes.starts_with(b"HTTP/1.1 101 ") {
                bail!("the server does not upgrade: {}", String::from_utf8_lossy(&bytes[..end]));
            }
            used = end + HEAD_END.len();
            self.stage = Stage::Greeting;
            take(self, Heard::Upgraded)?;
        }
        while let Some((frame, length)) = frame::first(&bytes[used..])? {
            match frame {
                Frame::Text(text) => take(self, Heard::Text(text))?,
                Frame::Close(code) => self.stage = Stage::Closed(code),
                Frame::Control => {}
            }
            used += length;
        }
        Ok(used)
    }

    /// Makes its end abrupt: the other end gets a reset and no close frame.
    pub(crate) fn cut(self) -> Result<()> {
        SockRef::from(&self.stream).set_linger(Some(Duration::ZERO)).context("making the end abrupt")
    }
}

/// What asks for the upgrade.
const UPGRADE: &[u8] = b"GET /connect HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
    Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ZGVza2JlbGwgZGV2aWNlcw==\r\nSec-WebSocket-Protocol: deskbell.v1+json\r\n\r\n";
