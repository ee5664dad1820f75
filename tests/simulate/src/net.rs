//! The network's parts: items in flight, connections, and a computer's uplink.

use service::socket::outbox::Text;

/// Identifies a connection; they are numbered from 1.
pub(crate) type ConnId = u64;

/// One item in flight.
#[derive(Clone, Debug)]
pub(crate) enum Item {
    /// A device asks for a connection.
    Dial,
    /// The service takes it.
    Opened,
    /// The service does not run.
    Refused,
    /// A text frame; a frame for several readers is one shared text.
    Text(Text),
    /// A close frame with its code.
    Close(u16),
    /// The end without a close frame.
    Cut,
}

/// What becomes of the frames that the service writes to a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Writes {
    /// They are taken, whether they arrive or not.
    Taken,
    /// The connection has broken, and the next one will fail.
    WillFail,
    /// One has failed.
    Failed,
}

/// One connection.
#[derive(Debug)]
pub(crate) struct Conn {
    pub(crate) device: usize,
    /// Nothing arrives any more, in either direction.
    pub(crate) dead: bool,
    /// The network has cut it: nothing that is sent after that arrives.
    pub(crate) cut: bool,
    /// What becomes of the frames that the service writes.
    pub(crate) writes: Writes,
    /// When the last item in flight arrives, up and down.
    pub(crate) last: (u64, u64),
    /// When the service last received something on it.
    pub(crate) heard: u64,
    /// Frames that the device's end has not taken yet.
    pub(crate) untaken: usize,
}

/// All connections, past and present, in the order of their ids.
#[derive(Debug, Default)]
pub(crate) struct Conns(Vec<Conn>);

impl Conns {
    fn add(&mut self, conn: Conn) -> ConnId {
        self.0.push(conn);
        u64::try_from(self.0.len()).unwrap_or(u64::MAX)
    }

    fn index(id: ConnId) -> Option<usize> {
        usize::try_from(id.checked_sub(1)?).ok()
    }

    /// A connection of this device, before anything is sent on it.
    pub(crate) fn open(&mut self, device: usize) -> ConnId {
        self.add(Conn {
            device,
            dead: false,
            cut: false,
            writes: Writes::Taken,
            last: (0, 0),
            heard: 0,
            untaken: 0,
        })
    }

    pub(crate) fn get(&self, id: ConnId) -> Option<&Conn> {
        self.0.get(Self::index(id)?)
    }

    pub(crate) fn get_mut(&mut self, id: ConnId) -> Option<&mut Conn> {
        self.0.get_mut(Self::index(id)?)
    }
}

/// A computer's connection to the network.
#[derive(Clone, Debug, Default)]
pub(crate) struct Uplink {
    /// The usual delay in one direction, in milliseconds.
    pub(crate) delay: u64,
    /// There is no network.
    pub(crate) down: bool,
    /// Until then something is late.
    pub(crate) late_until: u64,
    /// What arrives when it is back, with whether it goes up.
    pub(crate) held: Vec<(ConnId, bool, Item)>,
}
