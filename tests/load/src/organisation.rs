//! The organisation of the measurement: technicians who watch, clients of companies, each with a sign-in of their own.
//!
//! It is written through the service's store before the service starts: ten thousand people do not redeem links one by one, but
//! their tokens are hashed and looked up at `hello` as everybody's are.

use anyhow::{Context, Result, ensure};
use chat::PersonId;
use presence::{Activity, Role, UnixMillis};
use protocol::{App, Hello, Token, Up};
use service::store::{Affiliation, Hash, NewPerson, OrgId, Redeemed, SignInId, Sqlite, Store};
use std::fs;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};
use tempfile::TempDir;
use uuid::Uuid;

/// Of how many devices one watches: 1,000 of 10,000.
const WATCHES: usize = 10;
/// Watchers who are not cut in the storm, and see all of it.
pub(crate) const WITNESSES: usize = 10;
/// Abandoned chats that stay open, and of how many clients: as many as may.
const OPEN: (usize, usize) =
    (chat::limits::FOLLOW_UPS, chat::limits::FOLLOW_UPS / chat::limits::FOLLOW_UPS_OF_CLIENT);
/// Clients of one company.
const COMPANY: usize = 50;
/// Where files are in memory, on Linux: a commit for each sign-in would take minutes on a disk.
const IN_MEMORY: &str = "/dev/shm";
/// What the service calls its database.
pub(crate) const DATABASE: &str = "deskbell.db";

/// People by number: watchers first, then the other devices, then the witnesses.
pub(crate) struct Organisation {
    /// Devices that are measured.
    pub(crate) devices: usize,
}

/// A database to start the service on, as often as wanted.
pub(crate) struct Kept {
    folder: TempDir,
    database: PathBuf,
}

impl Organisation {
    pub(crate) fn new(devices: usize) -> Self {
        Self { devices }
    }

    /// The measured devices that watch.
    pub(crate) fn watchers(&self) -> std::ops::Range<usize> {
        0..self.devices / WATCHES
    }

    /// Those who watch beside.
    pub(crate) fn witnesses(&self) -> std::ops::Range<usize> {
        self.devices..self.devices + WITNESSES
    }

    fn role(&self, number: usize) -> Role {
        if self.watchers().contains(&number) || self.witnesses().contains(&number) {
            Role::Technician
        } else {
            Role::Client
        }
    }

    /// What a device says first. The same one names the same instance each time: it is the same run of the app.
    pub(crate) fn hello(&self, number: usize, activity: Activity) -> Up {
        self.hello_with(number, token(number), activity)
    }

    /// The same with a token that nobody has.
    pub(crate) fn forged_hello(&self) -> Up {
        self.hello_with(0, token(usize::MAX), Activity::Active)
    }

    fn hello_with(&self, number: usize, token: String, activity: Activity) -> Up {
        Up::Hello(Hello {
            token: Some(Token(token)),
            instance: id(number),
            attempt: None,
            app: App {
                name: "deskbell".to_owned(),
                version: "0.1.0".to_owned(),
                device: format!("workstation-{number:05}"),
            },
            can_ring: self.role(number) == Role::Technician,
            activity,
        })
    }

    /// Writes all people and sign-ins into a database, and as many abandoned chats as stay open, if they are wanted.
    pub(crate) fn store(&self, folder: &Path, with_open: bool) -> Result<Kept> {
        let made = tempfile::tempdir_in(in_memory(folder)).context("making a folder for the database")?;
        let file = made.path().join(DATABASE);
        let store = Sqlite::open(&file)?;
        let clients = self.fill(&store)?;
        if with_open {
            leave_open(&store, &clients)?;
        }
        drop(store);
        let kept = tempfile::tempdir_in(folder).context("making a folder for the database")?;
        let database = kept.path().join(DATABASE);
        fs::copy(&file, &database).context("copying the database")?;
        Ok(Kept { folder: kept, database })
    }

    /// Writes them into this one; the clients among them.
    pub(crate) fn fill(&self, store: &Sqlite) -> Result<Vec<PersonId>> {
        let (org, now) = (OrgId(Uuid::new_v4()), UnixMillis(1));
        let mut clients = Vec::new();
        for number in 0..self.witnesses().end {
            let affiliation = match self.role(number) {
                Role::Technician => Affiliation::Technician,
                Role::Client => Affiliation::Client { company: format!("Company {}", number / COMPANY) },
            };
            let person = NewPerson {
                id: PersonId(Uuid::new_v4()),
                org: ("Acme IT".to_owned(), org),
                name: format!("Dana Reyes {number:05}"),
                affiliation,
            };
            if self.role(number) == Role::Client {
                clients.push(person.id);
            }
            let link = Hash::of(&format!("link {number}"));
            store.add_person(&person, link, now)?;
            let redeemed = store.redeem(
                link,
                Hash::of(&token(number)),
                SignInId(Uuid::new_v4()),
                "workstation",
                now,
                now,
            )?;
            ensure!(
                matches!(redeemed, Redeemed::Account(_)),
                "{number} could not be signed in: {redeemed:?}"
            );
        }
        Ok(clients)
    }
}

fn leave_open(store: &Sqlite, clients: &[PersonId]) -> Result<()> {
    let (open, of) = OPEN;
    ensure!(clients.len() >= of, "{open} open chats are of {of} clients; there are {}", clients.len());
    let organisation = store.organisations()?.first().context("there is an organisation")?.id;
    // Now, or the service would take them for too old.
    let now = SystemTime::now().duration_since(UNIX_EPOCH).context("reading the clock")?;
    let now = UnixMillis(u64::try_from(now.as_millis())?);
    for number in 0..open {
        let new = chat::NewRequest {
            id: chat::SessionId(Uuid::new_v4()),
            client: clients[number % of],
            subject: "The printer on the second floor is offline".to_owned(),
            reference: Some(format!("#{number}")),
        };
        let asked = chat::request(new, now);
        store.create_session(organisation, &asked, usize::MAX)?;
        let left = chat::abandon(&asked, now).context("it waits")?;
        store.put_session(organisation, &left, asked.rev)?;
    }
    Ok(())
}

impl Kept {
    /// A data folder with a database of its own.
    pub(crate) fn copy(&self) -> Result<TempDir> {
        let folder = tempfile::tempdir_in(self.folder.path()).context("making a data folder")?;
        fs::copy(&self.database, folder.path().join(DATABASE)).context("copying the database")?;
        Ok(folder)
    }
}

/// A folder in memory, if there is one; else this one.
pub(crate) fn in_memory(folder: &Path) -> &Path {
    let memory = Path::new(IN_MEMORY);
    if memory.is_dir() { memory } else { folder }
}

/// 256 bits in hex; known here to both sides.
pub(crate) fn token(number: usize) -> String {
    format!("{number:064x}")
}

pub(crate) fn id(number: usize) -> Uuid {
    Uuid::from_u128(number as u128 + 1)
}
