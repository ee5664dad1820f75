//! Commands that fail in the store: the administrator is told "nothing has changed", and that has to be true.

use super::*;
use crate::auth::secrets::LINK_GOOD_FOR;
use crate::org::Event;
use crate::store::{Hash, ListedPerson, Redeemed, SignInId, Sqlite, Standing};
use std::path::PathBuf;
use uuid::Uuid;

const NOW: UnixMillis = UnixMillis(1_800_000_000_000);

/// A database with Priya in it, in its own folder, removed after the test.
struct World {
    folder: PathBuf,
    store: Sqlite,
}

impl Drop for World {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

impl World {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("deskbell-admin-{}", Uuid::new_v4()));
        std::fs::create_dir_all(&folder).unwrap();
        let store = Sqlite::open(&folder.join("deskbell.db")).unwrap();
        let world = Self { folder, store };
        let org = Some("Acme".to_owned());
        let add = Command::AddPerson { org, name: "Priya".to_owned(), company: None, new: true };
        world.perform(add).unwrap();
        world
    }

    fn perform(&self, command: Command) -> Result<(Reply, Vec<Notice>), StoreError> {
        perform(&self.store, command, Some("http://localhost"), NOW)
    }

    fn priya(&self) -> ListedPerson {
        self.store.people(None).unwrap().remove(0)
    }

    fn sign_in(&self) -> SignInId {
        let (link, sign_in) = (Hash::of(&Uuid::new_v4().to_string()), SignInId(Uuid::new_v4()));
        self.store.add_link(self.priya().person.id, link, NOW).unwrap();
        let token = Hash::of(&sign_in.0.to_string());
        let redeemed = self.store.redeem(link, token, sign_in, "desk", NOW, UnixMillis(0)).unwrap();
        assert!(matches!(redeemed, Redeemed::Account(_)));
        sign_in
    }

    /// From here on, the database refuses this.
    fn refuses(&self, what: &str) {
        let sql = rusqlite::Connection::open(self.folder.join("deskbell.db")).unwrap();
        sql.execute_batch(&format!("CREATE TRIGGER no BEFORE {what} BEGIN SELECT RAISE(ABORT, 'no'); END"))
            .unwrap();
    }
}

fn who() -> Who {
    Who { org: None, name: "Priya".to_owned(), company: None }
}

#[test]
fn either_all_sign_ins_of_a_person_end_and_the_service_is_told_or_none_does() {
    let world = World::new();
    let sign_ins = [world.sign_in(), world.sign_in()];
    let hex = sign_ins[1].0.simple();
    world.refuses(&format!("DELETE ON sign_in WHEN old.id = x'{hex}'"));
    assert!(world.perform(Command::RevokeAll(who())).is_err());
    assert_eq!(world.store.sign_ins().unwrap().len(), 2, "nothing has changed");

    let world = World::new();
    let sign_ins = [world.sign_in(), world.sign_in()];
    let (_, notices) = world.perform(Command::RevokeAll(who())).unwrap();
    for sign_in in sign_ins {
        assert!(notices.iter().any(|(_, event)| matches!(event, Event::Revoked(ended) if *ended == sign_in)));
    }
    assert!(world.store.sign_ins().unwrap().is_empty());
}

#[test]
fn somebody_who_gets_no_link_stays_suspended() {
    let world = World::new();
    world.perform(Command::Suspend(who())).unwrap();
    world.refuses("INSERT ON link");
    assert!(world.perform(Command::Resume(who())).is_err());
    assert_eq!(world.priya().person.standing, Standing::Suspended, "nothing has changed");
}

#[test]
fn somebody_who_is_let_in_again_has_one_link_and_the_service_is_told() {
    let world = World::new();
    world.perform(Command::Suspend(who())).unwrap();
    let (_, notices) = world.perform(Command::Resume(who())).unwrap();
    assert!(matches!(notices[..], [(_, Event::Stands { standing: Standing::Active, .. })]), "{notices:?}");
    assert_eq!(world.priya().person.standing, Standing::Active);
    assert_eq!(world.store.links(NOW.minus(LINK_GOOD_FOR)).unwrap().len(), 1);
}
