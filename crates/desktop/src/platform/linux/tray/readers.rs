//! The programs on the bus that have read the icon's picture: the icon counts as drawn while there is at least one.
//!
//! Names of readers in, whether any is there out. A tray says nothing else of whether it draws: many say of themselves that they
//! have a host, whether they do or not.

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;
use std::collections::BTreeSet;
use tokio::sync::mpsc;
use zbus::fdo::DBusProxy;
use zbus::names::OwnedUniqueName;

/// Readings that may wait to be taken up; with more of them at once, one is enough.
pub(super) const MAX_QUEUED: usize = 8;

/// Readers that are watched at most: a desktop has one or two panels, and each is watched with a rule of the bus.
const MAX_READERS: usize = 8;

pub(super) struct Readers<'a> {
    bus: DBusProxy<'a>,
    read: mpsc::Receiver<OwnedUniqueName>,
    there: BTreeSet<OwnedUniqueName>,
    /// Each ends when its reader has left the bus.
    leaving: FuturesUnordered<BoxFuture<'a, OwnedUniqueName>>,
}

impl<'a> Readers<'a> {
    /// Nobody yet; those who read come in by `read`.
    pub(super) fn new(bus: DBusProxy<'a>, read: mpsc::Receiver<OwnedUniqueName>) -> Self {
        Self { bus, read, there: BTreeSet::new(), leaving: FuturesUnordered::new() }
    }

    pub(super) fn is_any_there(&self) -> bool {
        !self.there.is_empty()
    }

    /// Returns when somebody has come or gone. Cancel safe.
    pub(super) async fn changed(&mut self) {
        loop {
            tokio::select! {
                Some(reader) = self.read.recv() => {
                    let is_new = self.there.len() < MAX_READERS && self.there.insert(reader.clone());
                    if is_new {
                        self.leaving.push(Box::pin(left(self.bus.clone(), reader)));
                        return;
                    }
                }
                Some(reader) = self.leaving.next() => {
                    self.there.remove(&reader);
                    return;
                }
                else => return std::future::pending().await,
            }
        }
    }
}

/// Ends when `reader` has left the bus.
async fn left(bus: DBusProxy<'_>, reader: OwnedUniqueName) -> OwnedUniqueName {
    if let Err(error) = until_left(&bus, &reader).await {
        // To take it for gone would open a window beside an icon that can be seen.
        tracing::debug!(%error, "whether the panel is still there cannot be seen");
        return std::future::pending().await;
    }
    reader
}

async fn until_left(bus: &DBusProxy<'_>, reader: &OwnedUniqueName) -> zbus::Result<()> {
    let mut owners = bus.receive_name_owner_changed_with_args(&[(0, reader.as_str())]).await?;
    // It may have gone before.
    if !bus.name_has_owner(reader.into()).await? {
        return Ok(());
    }
    while let Some(change) = owners.next().await {
        if change.args()?.new_owner().is_none() {
            break;
        }
    }
    Ok(())
}
