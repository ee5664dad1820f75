//! A display that forwards everything to an X server and back, and can send events of its own.

use crate::eventually;
use crate::xserver::free_number;
use std::io::{Read, Write};
use std::net::Shutdown;
use std::os::unix::net::{UnixListener, UnixStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// An event that every client knows, and that means nothing to ours.
const MAPPING_NOTIFY: u8 = 34;
const EVENT_BYTES: usize = 32;

/// The display.
pub(crate) struct Between {
    number: u32,
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    client: Mutex<Option<UnixStream>>,
    /// The number in the last packet that the server has sent.
    sequence: Mutex<[u8; 2]>,
    /// Bytes that the client has sent, and those that the server has answered after.
    asked: AtomicUsize,
    answered: AtomicUsize,
}

impl Between {
    /// Runs in front of the server at `display`, for one client after another.
    pub(crate) fn start(display: &str) -> Self {
        let number = free_number();
        let listener = UnixListener::bind(path(&number.to_string())).unwrap();
        let server = path(display.trim_start_matches(':'));
        let shared = Arc::new(Shared::default());
        let sharing = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                serve(client.unwrap(), &server, &sharing);
            }
        });
        Self { number, shared }
    }

    /// Ends the client's connection; the server keeps running.
    pub(crate) fn cut(&self) {
        self.shared.client.lock().unwrap().as_ref().unwrap().shutdown(Shutdown::Both).unwrap();
    }

    pub(crate) fn display(&self) -> String {
        format!(":{}", self.number)
    }

    /// Waits until the client has sent something that the server has not answered.
    pub(crate) async fn until_asked(&self) {
        let is_asked =
            async || self.shared.asked.load(Ordering::SeqCst) > self.shared.answered.load(Ordering::SeqCst);
        eventually("the client asks", is_asked).await;
    }

    /// Sends the client an event, as if the server had.
    pub(crate) fn send_event(&self) {
        let mut event = [0; EVENT_BYTES];
        event[0] = MAPPING_NOTIFY;
        event[2..4].copy_from_slice(&*self.shared.sequence.lock().unwrap());
        self.shared.client.lock().unwrap().as_mut().unwrap().write_all(&event).unwrap();
    }
}

impl Drop for Between {
    fn drop(&mut self) {
        std::fs::remove_file(path(&self.number.to_string())).unwrap();
    }
}

/// Forwards everything until one end is gone.
fn serve(client: UnixStream, server: &str, shared: &Arc<Shared>) {
    let server = UnixStream::connect(server).unwrap();
    *shared.client.lock().unwrap() = Some(client.try_clone().unwrap());
    let (mut from_client, mut to_server) = (client.try_clone().unwrap(), server.try_clone().unwrap());
    let asking = Arc::clone(shared);
    std::thread::spawn(move || {
        hand_on(&mut from_client, &mut to_server, |bytes| {
            asking.asked.fetch_add(bytes.len(), Ordering::SeqCst);
        });
    });
    let (mut from_server, mut to_client) = (server, client);
    hand_on(&mut from_server, &mut to_client, |bytes| {
        if let [_, _, a, b, ..] = bytes {
            *shared.sequence.lock().unwrap() = [*a, *b];
        }
        shared.answered.store(shared.asked.load(Ordering::SeqCst), Ordering::SeqCst);
    });
}

fn path(number: &str) -> String {
    format!("/tmp/.X11-unix/X{number}")
}

/// Forwards one direction until one end is gone.
fn hand_on(from: &mut UnixStream, to: &mut UnixStream, note: impl Fn(&[u8])) {
    let mut buffer = [0; 4096];
    while let Ok(count @ 1..) = from.read(&mut buffer) {
        note(&buffer[..count]);
        if to.write_all(&buffer[..count]).is_err() {
            break;
        }
    }
    // The other end may be gone already.
    let _gone = to.shutdown(Shutdown::Both);
}
