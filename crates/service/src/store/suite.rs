//! Defines how a store behaves: one suite for every implementation. Ids are random; nothing here depends on them.

mod addresses;
mod files;
mod replies;

use super::*;
use chat::Status;
use files::files_have_room_up_to_the_quota;
use presence::IdleReason;
use presence::user::Stamped;
use replies::{
    canned_replies_belong_to_the_organisation_or_to_one_person, own_canned_replies_go_with_their_person,
};

const NOW: UnixMillis = UnixMillis(1_800_000_000_000);
const EVER: UnixMillis = UnixMillis(0);

macro_rules! suite {
    ($($name:ident),* $(,)?) => {
        mod in_memory {
            $(#[test] fn $name() { super::$name(&super::Sqlite::in_memory().unwrap()); })*
        }
        mod in_a_file {
            $(#[test] fn $name() { super::with_file(stringify!($name), |store| super::$name(store)); })*
        }
    };
}

suite![
    people_are_added_once_under_their_name,
    organisations_and_companies_are_added_and_renamed,
    a_person_is_renamed_unless_somebody_else_has_the_name,
    somebody_suspended_or_removed_cannot_sign_in_and_what_they_wrote_stays,
    a_new_link_ends_the_earlier_ones_and_a_link_can_be_ended,
    a_link_is_bound_to_the_first_token_and_repeats_give_the_same,
    an_old_link_has_expired,
    revoking_ends_a_sign_in_its_window_and_its_devices,
    all_sign_ins_and_all_links_of_a_person_end_at_once,
    the_newest_window_of_an_app_is_the_only_one,
    presence_is_saved_and_loaded_and_not_of_an_ended_sign_in,
    a_preference_is_kept_with_its_time,
    a_request_repeated_is_the_same_session_and_a_second_one_is_refused,
    one_of_two_changes_to_a_revision_wins_and_the_loser_is_told,
    a_message_repeated_keeps_its_number,
    files_have_room_up_to_the_quota,
    a_note_is_no_message_and_nobody_has_seen_one_by_writing_it,
    seen_never_goes_back,
    completed_sessions_are_not_loaded_but_can_be_read,
    a_clients_completed_chats_come_by_page_the_newest_first,
    another_organisations_session_is_not_there,
    settings_are_kept,
    canned_replies_belong_to_the_organisation_or_to_one_person,
    own_canned_replies_go_with_their_person,
];

fn with_file(name: &str, test: impl FnOnce(&Sqlite)) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/service-suite");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("{name}-{}.db", Uuid::new_v4()));
    test(&Sqlite::open(&file).unwrap());
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", file.display()));
    }
}

fn hash() -> Hash {
    Hash::of(&Uuid::new_v4().to_string())
}

fn add(store: &impl Store, org: &str, name: &str, company: Option<&str>) -> (OrgId, PersonId, Hash) {
    let link = hash();
    let person = NewPerson {
        id: PersonId(Uuid::new_v4()),
        org: (org.to_owned(), OrgId(Uuid::new_v4())),
        name: name.to_owned(),
        affiliation: company
            .map_or(Affiliation::Technician, |company| Affiliation::Client { company: company.to_owned() }),
    };
    match store.add_person(&person, link, NOW).unwrap() {
        Added::Person(org, person) => (org, person.id, link),
        Added::Exists => panic!("{name} is new"),
    }
}

fn sign_in(store: &impl Store, link: Hash) -> (SignInId, Hash) {
    let (id, token) = (SignInId(Uuid::new_v4()), hash());
    assert!(matches!(store.redeem(link, token, id, "desk", NOW, EVER).unwrap(), Redeemed::Account(_)));
    (id, token)
}

fn session(client: PersonId) -> Session {
    let new = chat::NewRequest {
        id: SessionId(Uuid::new_v4()),
        client,
        subject: "Printer".to_owned(),
        reference: None,
    };
    chat::request(new, NOW)
}

fn next(session: &Session, change: impl FnOnce(&mut Session)) -> Session {
    let mut next = session.clone();
    change(&mut next);
    next.rev += 1;
    next
}

fn people_are_added_once_under_their_name(store: &impl Store) {
    let (org, ..) = add(store, "Acme", "Priya", None);
    let (same, ..) = add(store, "Acme", "Dana", Some("Northwind"));
    assert_eq!(org, same);
    add(store, "Acme", "Dana", Some("Contoso"));
    let (other, ..) = add(store, "Other", "Priya", None);
    assert_ne!(org, other);
    let again = NewPerson {
        id: PersonId(Uuid::new_v4()),
        org: ("Acme".to_owned(), OrgId(Uuid::new_v4())),
        name: "Priya".to_owned(),
        affiliation: Affiliation::Technician,
    };
    assert_eq!(store.add_person(&again, hash(), NOW).unwrap(), Added::Exists);
    assert_eq!(store.people(None).unwrap().len(), 4);
    assert_eq!(store.people(Some(org)).unwrap().len(), 3);
    assert_eq!(store.organisations().unwrap().len(), 2);
}

fn organisations_and_companies_are_added_and_renamed(store: &impl Store) {
    let org = OrgId(Uuid::new_v4());
    assert!(store.add_org(org, "Acme").unwrap());
    assert!(!store.add_org(OrgId(Uuid::new_v4()), "Acme").unwrap());
    assert!(store.add_org(OrgId(Uuid::new_v4()), "Other").unwrap());
    assert!(!store.rename_org(org, "Other").unwrap(), "another one has it");
    assert!(store.rename_org(org, "Acme IT").unwrap());
    assert_eq!(store.load(org).unwrap().unwrap().organisation.name, "Acme IT");
    assert!(store.add_company(org, "Northwind").unwrap() && store.add_company(org, "Contoso").unwrap());
    assert!(!store.add_company(org, "Northwind").unwrap());
    assert!(!store.rename_company(org, "Northwind", "Contoso").unwrap());
    add(store, "Acme IT", "Dana", Some("Northwind"));
    assert!(store.rename_company(org, "Northwind", "Northwind Dental").unwrap());
    let companies = store.companies(Some(org)).unwrap();
    let listed: Vec<(&str, u64)> = companies.iter().map(|each| (each.name.as_str(), each.people)).collect();
    assert_eq!(listed, [("Contoso", 0), ("Northwind Dental", 1)]);
    assert_eq!(store.people(None).unwrap()[0].person.affiliation.company(), Some("Northwind Dental"));
}

fn a_person_is_renamed_unless_somebody_else_has_the_name(store: &impl Store) {
    let (org, priya, _) = add(store, "Acme", "Priya", None);
    add(store, "Acme", "Tom", None);
    add(store, "Acme", "Dana", Some("Northwind"));
    assert!(!store.rename_person(priya, "Tom").unwrap());
    assert!(store.rename_person(priya, "Dana").unwrap(), "a client is somebody else");
    let people = store.people(Some(org)).unwrap();
    assert!(people.iter().any(|each| each.person.id == priya && each.person.name == "Dana"));
}

fn somebody_suspended_or_removed_cannot_sign_in_and_what_they_wrote_stays(store: &impl Store) {
    let (org, priya, link) = add(store, "Acme", "Priya", None);
    let (sign_in, token) = sign_in(store, link);
    let window = hash();
    store.add_window(sign_in, Uuid::new_v4(), SignInId(Uuid::new_v4()), window, NOW).unwrap();
    let unused = hash();
    store.add_link(priya, unused, NOW).unwrap();
    store.save(&Changes { devices: vec![device(priya, sign_in)], ..Default::default() }).unwrap();
    let ended = store.set_standing(priya, Standing::Suspended, NOW).unwrap();
    assert_eq!(ended, Ended { sign_ins: vec![sign_in], links: 1 });
    assert_eq!((store.account(token).unwrap(), store.account(window).unwrap()), (None, None));
    let late = store.redeem(unused, hash(), SignInId(Uuid::new_v4()), "desk", NOW, EVER).unwrap();
    assert_eq!(late, Redeemed::Ended);
    let loaded = store.load(org).unwrap().unwrap();
    assert!(loaded.devices.is_empty());
    assert_eq!((loaded.people[0].id, loaded.people[0].standing), (priya, Standing::Suspended));
    assert_eq!(store.people(None).unwrap()[0].person.standing, Standing::Suspended, "they are listed");

    let link = hash();
    assert_eq!(store.resume(priya, link, NOW).unwrap(), Ended::default());
    assert_eq!(store.people(None).unwrap()[0].person.standing, Standing::Active);
    let (back, _) = self::sign_in(store, link);

    let ended = store.set_standing(priya, Standing::Removed, NOW).unwrap();
    assert_eq!(ended.sign_ins, [back]);
    assert!(store.people(None).unwrap().is_empty());
    assert_eq!(store.load(org).unwrap().unwrap().people[0].name, "Priya", "it is their name that is read");
    let (_, another, _) = add(store, "Acme", "Priya", None);
    assert_ne!(another, priya, "the name is free");
}

fn a_new_link_ends_the_earlier_ones_and_a_link_can_be_ended(store: &impl Store) {
    let (org, priya, first) = add(store, "Acme", "Priya", None);
    let (second, third) = (hash(), hash());
    assert_eq!(store.add_link(priya, second, NOW).unwrap(), 1);
    let redeem = |link| store.redeem(link, hash(), SignInId(Uuid::new_v4()), "desk", NOW, EVER).unwrap();
    assert_eq!(redeem(first), Redeemed::Ended);
    assert!(matches!(redeem(second), Redeemed::Account(_)));
    assert!(store.links(EVER).unwrap().is_empty(), "it was used");
    assert_eq!(store.add_link(priya, third, NOW).unwrap(), 0, "used links do not count");
    let links = store.links(NOW).unwrap();
    assert_eq!((links.len(), links[0].person, links[0].org, links[0].created), (1, priya, org, NOW));
    assert!(store.links(NOW.plus(Duration::from_millis(1))).unwrap().is_empty(), "it is too old");
    assert!(store.end_link(links[0].id, NOW).unwrap());
    assert!(!store.end_link(links[0].id, NOW).unwrap());
    assert_eq!(redeem(third), Redeemed::Ended);
}

fn a_link_is_bound_to_the_first_token_and_repeats_give_the_same(store: &impl Store) {
    let (_, person, link) = add(store, "Acme", "Priya", None);
    let (token, id) = (hash(), SignInId(Uuid::new_v4()));
    let first = store.redeem(link, token, id, "desk", NOW, EVER).unwrap();
    let repeat = store.redeem(link, token, SignInId(Uuid::new_v4()), "desk", NOW, EVER).unwrap();
    assert_eq!(first, repeat);
    let Redeemed::Account(account) = first else { panic!("an account") };
    assert_eq!((account.sign_in, account.person.id), (id, person));
    assert_eq!(store.account(token).unwrap(), Some(*account));
    let other = store.redeem(link, hash(), SignInId(Uuid::new_v4()), "desk", NOW, EVER).unwrap();
    assert_eq!(other, Redeemed::Used);
    assert_eq!(store.redeem(hash(), token, id, "desk", NOW, EVER).unwrap(), Redeemed::Unknown);
    assert_eq!(store.account(hash()).unwrap(), None);
    // A second link does not make the same token another sign-in.
    let second = hash();
    store.add_link(person, second, NOW).unwrap();
    let taken = store.redeem(second, token, SignInId(Uuid::new_v4()), "desk", NOW, EVER).unwrap();
    assert_eq!(taken, Redeemed::Used);
}

fn an_old_link_has_expired(store: &impl Store) {
    let (_, _, link) = add(store, "Acme", "Priya", None);
    let id = SignInId(Uuid::new_v4());
    let late = NOW.plus(Duration::from_millis(1));
    assert_eq!(store.redeem(link, hash(), id, "desk", late, late).unwrap(), Redeemed::Expired);
}

fn revoking_ends_a_sign_in_its_window_and_its_devices(store: &impl Store) {
    let (org, person, link) = add(store, "Acme", "Priya", None);
    let (id, token) = sign_in(store, link);
    let (window, instance) = (hash(), Uuid::new_v4());
    assert!(store.add_window(id, instance, SignInId(Uuid::new_v4()), window, NOW).unwrap().is_some());
    store.save(&Changes { devices: vec![device(person, id)], ..Default::default() }).unwrap();
    assert_eq!(store.sign_ins().unwrap().len(), 1, "windows are not listed");
    assert_eq!(store.revoke(id).unwrap(), Some(org));
    assert_eq!(store.revoke(id).unwrap(), None);
    assert_eq!((store.account(token).unwrap(), store.account(window).unwrap()), (None, None));
    assert!(store.load(org).unwrap().unwrap().devices.is_empty());
    assert!(store.sign_ins().unwrap().is_empty());
    assert_eq!(store.redeem(link, token, id, "desk", NOW, EVER).unwrap(), Redeemed::Used);
    assert_eq!(store.add_window(id, instance, SignInId(Uuid::new_v4()), hash(), NOW).unwrap(), None);
}

fn all_sign_ins_and_all_links_of_a_person_end_at_once(store: &impl Store) {
    let (_, priya, link) = add(store, "Acme", "Priya", None);
    let (_, tom, other) = add(store, "Acme", "Tom", None);
    let (first, token) = sign_in(store, link);
    let again = hash();
    store.add_link(priya, again, NOW).unwrap();
    let (second, _) = sign_in(store, again);
    let (toms, _) = sign_in(store, other);
    let window = hash();
    store.add_window(first, Uuid::new_v4(), SignInId(Uuid::new_v4()), window, NOW).unwrap();
    let mut ended = store.revoke_all(priya).unwrap();
    ended.sort_by_key(|sign_in| *sign_in == second);
    assert_eq!(ended, [first, second]);
    assert_eq!((store.account(token).unwrap(), store.account(window).unwrap()), (None, None));
    assert_eq!(store.sign_ins().unwrap().iter().map(|each| each.id).collect::<Vec<_>>(), [toms]);

    for person in [priya, tom] {
        store.add_link(person, hash(), NOW).unwrap();
    }
    let later = NOW.plus(Duration::from_millis(1));
    assert_eq!(store.end_links(priya, later, later).unwrap(), 0, "it had expired");
    assert_eq!(store.end_links(priya, later, NOW).unwrap(), 1);
    assert_eq!(store.end_links(priya, later, NOW).unwrap(), 0);
    assert_eq!(store.links(EVER).unwrap().iter().map(|each| each.person).collect::<Vec<_>>(), [tom]);
}

fn the_newest_window_of_an_app_is_the_only_one(store: &impl Store) {
    let (_, _, link) = add(store, "Acme", "Priya", None);
    let (id, _) = sign_in(store, link);
    let (old, new, instance) = (hash(), hash(), Uuid::new_v4());
    store.add_window(id, instance, SignInId(Uuid::new_v4()), old, NOW).unwrap();
    let account = store.add_window(id, instance, SignInId(Uuid::new_v4()), new, NOW).unwrap().unwrap();
    assert_eq!(account.window_of, Some((id, instance)));
    assert_eq!(store.account(old).unwrap(), None);
    // A window has no windows.
    assert_eq!(
        store.add_window(account.sign_in, instance, SignInId(Uuid::new_v4()), hash(), NOW).unwrap(),
        None
    );
}

fn device(person: PersonId, sign_in: SignInId) -> StoredDevice {
    StoredDevice {
        person,
        instance: Uuid::new_v4(),
        sign_in,
        kind: DeviceKind::Page,
        name: "desk".to_owned(),
        stamp: Stamped::Idle { reason: IdleReason::Locked, since: NOW },
        active_since: UnixMillis(5),
        last_frame: NOW,
        connected: false,
    }
}

fn presence_is_saved_and_loaded_and_not_of_an_ended_sign_in(store: &impl Store) {
    let (org, person, link) = add(store, "Acme", "Priya", None);
    let (id, _) = sign_in(store, link);
    let kept = device(person, id);
    let active = StoredDevice {
        stamp: Stamped::Active { since: NOW },
        kind: DeviceKind::Native,
        connected: true,
        ..device(person, id)
    };
    let orphan = device(person, SignInId(Uuid::new_v4()));
    let away = Preference::Away { set: NOW, until: presence::Until::Back };
    let changes = Changes {
        devices: vec![kept.clone(), active.clone(), orphan],
        gone: Vec::new(),
        preferences: vec![(person, away, NOW)],
        last_seen: vec![(person, NOW)],
        alive: Some((org, NOW)),
        seen: Vec::new(),
    };
    store.save(&changes).unwrap();
    let loaded = store.load(org).unwrap().unwrap();
    assert_eq!(loaded.devices.len(), 2);
    assert!(loaded.devices.contains(&kept) && loaded.devices.contains(&active));
    assert_eq!((loaded.people[0].last_seen, loaded.alive_at), (NOW, NOW));
    assert_eq!(loaded.people[0].preference, (away, NOW));
    assert!(store.people(None).unwrap()[0].connected);
    let gone = Changes { gone: vec![(person, kept.instance)], ..Default::default() };
    store.save(&gone).unwrap();
    assert_eq!(store.load(org).unwrap().unwrap().devices, [active]);
}

fn a_preference_is_kept_with_its_time(store: &impl Store) {
    let (org, person, _) = add(store, "Acme", "Priya", None);
    let away = Preference::Away { set: NOW, until: presence::Until::Back };
    store.set_preference(person, away, NOW).unwrap();
    assert_eq!(store.load(org).unwrap().unwrap().people[0].preference, (away, NOW));
}

fn a_request_repeated_is_the_same_session_and_a_second_one_is_refused(store: &impl Store) {
    // C1
    let (org, client, _) = add(store, "Acme", "Dana", Some("Northwind"));
    let first = session(client);
    assert_eq!(store.create_session(org, &first, 3).unwrap(), Created::New);
    assert_eq!(store.create_session(org, &first, 3).unwrap(), Created::Before(Box::new(first.clone())));
    let second = session(client);
    assert_eq!(store.create_session(org, &second, 3).unwrap(), Created::OtherActive(first.id));
    let ticket = Session { reference: Some("#1".to_owned()), ..session(client) };
    assert_eq!(store.create_session(org, &ticket, 3).unwrap(), Created::New);
    let third = Session { reference: Some("#2".to_owned()), ..session(client) };
    assert_eq!(store.create_session(org, &third, 2).unwrap(), Created::TooManyWaiting);
    assert_eq!(store.create_session(org, &first, 2).unwrap(), Created::Before(Box::new(first.clone())));
    let over = next(&first, |session| session.status = Status::Abandoned);
    assert_eq!(store.put_session(org, &over, first.rev).unwrap(), Put::Done);
    assert_eq!(store.create_session(org, &second, 2).unwrap(), Created::New);
    // C7: an invitation stands beside what the client has asked for.
    let (_, priya, _) = add(store, "Acme", "Priya", None);
    let invitation = Session { invited_by: Some(priya), status: Status::Invited, ..session(client) };
    assert_eq!(store.create_session(org, &invitation, 3).unwrap(), Created::New);
    let accepted = next(&invitation, |session| session.status = Status::Handled);
    assert_eq!(store.put_session(org, &accepted, invitation.rev).unwrap(), Put::Done);
    // C9: a completion is undone unless the client has asked again since then.
    let again = next(&over, |session| session.status = Status::Handled);
    assert_eq!(store.put_session(org, &again, over.rev).unwrap(), Put::OtherActive);
    assert_eq!(store.session(org, first.id).unwrap(), Some(over.clone()), "it stays completed");
    let gone = next(&second, |session| session.status = Status::Completed);
    assert_eq!(store.put_session(org, &gone, second.rev).unwrap(), Put::Done);
    assert_eq!(store.put_session(org, &again, over.rev).unwrap(), Put::Done);
}

fn one_of_two_changes_to_a_revision_wins_and_the_loser_is_told(store: &impl Store) {
    // C4
    let (org, client, _) = add(store, "Acme", "Dana", Some("Northwind"));
    let first = session(client);
    store.create_session(org, &first, 3).unwrap();
    let wins = std::thread::scope(|scope| {
        let (store, first) = (&store, &first);
        let join = |_| {
            scope.spawn(move || {
                let joined = next(first, |session| session.status = Status::Handled);
                store.put_session(org, &joined, first.rev).unwrap()
            })
        };
        let racers: Vec<_> = (0..8).map(join).collect();
        racers.into_iter().map(|racer| racer.join().unwrap()).filter(|put| *put == Put::Done).count()
    });
    assert_eq!(wins, 1);
    let late = next(&first, |session| session.status = Status::Abandoned);
    let Put::Lost(Some(current)) = store.put_session(org, &late, first.rev).unwrap() else { panic!("lost") };
    assert_eq!((current.status, current.rev), (Status::Handled, 2));
    let unknown = session(client);
    assert_eq!(store.put_session(org, &unknown, 1).unwrap(), Put::Lost(None));
}

fn a_message_repeated_keeps_its_number(store: &impl Store) {
    // C8
    let (org, client, _) = add(store, "Acme", "Dana", Some("Northwind"));
    let first = session(client);
    store.create_session(org, &first, 3).unwrap();
    let said = next(&first, |session| session.messages = 1);
    let message = Message {
        number: 1,
        id: Uuid::new_v4(),
        from: client,
        at: NOW,
        text: "Hi \u{1F44B}".to_owned(),
        file: None,
    };
    assert_eq!(store.put_message(org, &said, 1, Audience::Everybody, &message).unwrap(), MessagePut::Done);
    assert_eq!(
        store.put_message(org, &said, 1, Audience::Everybody, &message).unwrap(),
        MessagePut::Before(KnownMessage { number: 1, from: client })
    );
    let other = Message { id: Uuid::new_v4(), ..message.clone() };
    let lost = store.put_message(org, &said, 1, Audience::Everybody, &other).unwrap();
    assert_eq!(lost, MessagePut::Lost(Some(Box::new(said.clone()))));
    let more = next(&said, |session| session.messages = 2);
    let second = Message { number: 2, ..other };
    assert_eq!(store.put_message(org, &more, 2, Audience::Everybody, &second).unwrap(), MessagePut::Done);
    assert_eq!(
        store.messages(first.id, Audience::Everybody, 0, 10).unwrap(),
        [message.clone(), second.clone()]
    );
    assert_eq!(store.messages(first.id, Audience::Everybody, 0, 1).unwrap(), std::slice::from_ref(&message));
    assert_eq!(store.messages(first.id, Audience::Everybody, 1, 10).unwrap(), [second]);
    let known = KnownMessage { number: 1, from: client };
    assert_eq!(store.message_known(first.id, Audience::Everybody, message.id).unwrap(), Some(known));
    assert_eq!(store.message_known(first.id, Audience::Everybody, Uuid::new_v4()).unwrap(), None);
    assert_eq!(store.load(org).unwrap().unwrap().seen, [(first.id, client, 2)], "its author has seen it");
}

fn a_note_is_no_message_and_nobody_has_seen_one_by_writing_it(store: &impl Store) {
    let (org, client, _) = add(store, "Acme", "Dana", Some("Northwind"));
    let (_, priya, _) = add(store, "Acme", "Priya", None);
    let first = session(client);
    store.create_session(org, &first, 3).unwrap();
    let noted = next(&first, |session| session.notes = 1);
    let note = Message {
        number: 1,
        id: Uuid::new_v4(),
        from: priya,
        at: NOW,
        text: "Has two printers.".to_owned(),
        file: None,
    };
    let put = || store.put_message(org, &noted, first.rev, Audience::Technicians, &note).unwrap();
    assert_eq!(put(), MessagePut::Done);
    assert_eq!(put(), MessagePut::Before(KnownMessage { number: 1, from: priya }));
    let notes = store.messages(first.id, Audience::Technicians, 0, 10).unwrap();
    assert_eq!(notes, std::slice::from_ref(&note));
    assert_eq!(store.messages(first.id, Audience::Everybody, 0, 10).unwrap(), []);
    assert_eq!(store.message_known(first.id, Audience::Everybody, note.id).unwrap(), None);
    assert_eq!(store.load(org).unwrap().unwrap().seen, []);
}

fn seen_never_goes_back(store: &impl Store) {
    let (org, client, _) = add(store, "Acme", "Dana", Some("Northwind"));
    let first = session(client);
    store.create_session(org, &first, 3).unwrap();
    for number in [3, 5, 4] {
        store.save(&Changes { seen: vec![(first.id, client, number)], ..Default::default() }).unwrap();
    }
    assert_eq!(store.load(org).unwrap().unwrap().seen, [(first.id, client, 5)]);
}

fn completed_sessions_are_not_loaded_but_can_be_read(store: &impl Store) {
    let (org, client, _) = add(store, "Acme", "Dana", Some("Northwind"));
    let first = session(client);
    store.create_session(org, &first, 3).unwrap();
    assert_eq!(store.load(org).unwrap().unwrap().sessions, std::slice::from_ref(&first));
    let over = next(&first, |session| session.status = Status::Completed);
    store.put_session(org, &over, 1).unwrap();
    assert!(store.load(org).unwrap().unwrap().sessions.is_empty());
    assert_eq!(store.session(org, first.id).unwrap(), Some(over));
}

fn a_clients_completed_chats_come_by_page_the_newest_first(store: &impl Store) {
    let (org, client, _) = add(store, "Acme", "Dana", Some("Northwind"));
    let (_, colleague, _) = add(store, "Acme", "Lee", Some("Northwind"));
    let over = |session: &Session| {
        store.create_session(org, session, 3).unwrap();
        let over = next(session, |session| session.status = Status::Completed);
        store.put_session(org, &over, session.rev).unwrap();
        over.id
    };
    let mut own: Vec<SessionId> = (0..5).map(|_| over(&session(client))).collect();
    own.reverse();
    over(&session(colleague));
    over(&Session { invited_by: Some(colleague), ..session(client) });
    store.create_session(org, &session(client), 3).unwrap();
    let ids = |page: CompletedPage| page.sessions.iter().map(|session| session.id).collect::<Vec<_>>();
    let page = |before| store.completed_of(org, client, before, 2).unwrap();
    for (at, more) in [(0_usize, 3), (2, 1), (4, 0)] {
        let page = page(at.checked_sub(1).map(|before| own[before]));
        assert_eq!(page.more, more);
        assert_eq!(ids(page), own[at..5.min(at + 2)], "from {at}");
    }
    assert_eq!(page(Some(own[4])).more, 0);
    assert!(ids(page(Some(own[4]))).is_empty());
    assert!(ids(store.completed_of(OrgId(Uuid::new_v4()), client, None, 2).unwrap()).is_empty());
}

fn another_organisations_session_is_not_there(store: &impl Store) {
    let (org, client, _) = add(store, "Acme", "Dana", Some("Northwind"));
    let (other, ..) = add(store, "Other", "Priya", None);
    let first = session(client);
    store.create_session(org, &first, 3).unwrap();
    assert_eq!(store.session(other, first.id).unwrap(), None);
    let stolen = next(&first, |session| session.status = Status::Completed);
    assert_eq!(store.put_session(other, &stolen, 1).unwrap(), Put::Lost(None));
    assert!(store.load(OrgId(Uuid::new_v4())).unwrap().is_none());
}

fn settings_are_kept(store: &impl Store) {
    let (org, ..) = add(store, "Acme", "Priya", None);
    assert_eq!(store.address().unwrap(), None);
    store.set_address("http://127.0.0.1:1").unwrap();
    store.set_address("http://127.0.0.1:2").unwrap();
    assert_eq!(store.address().unwrap().as_deref(), Some("http://127.0.0.1:2"));
    store.set_idle_after(org, Duration::from_secs(5)).unwrap();
    store.set_complete_after(org, Duration::from_secs(3_600)).unwrap();
    assert_eq!(store.organisations().unwrap()[0].files_quota, None);
    store.set_files_quota(org, 0).unwrap();
    let before = &store.organisations().unwrap()[0];
    assert!(before.typing && before.read_marks);
    store.set_typing(org, false).unwrap();
    let organisation = &store.organisations().unwrap()[0];
    assert_eq!((organisation.typing, organisation.read_marks), (false, true));
    store.set_typing(org, true).unwrap();
    store.set_read_marks(org, false).unwrap();
    let loaded = store.load(org).unwrap().unwrap().organisation;
    assert_eq!((loaded.typing, loaded.read_marks), (true, false));
    let organisation = &store.organisations().unwrap()[0];
    assert_eq!((organisation.typing, organisation.read_marks), (true, false));
    assert_eq!(organisation.idle_after, Some(Duration::from_secs(5)));
    assert_eq!(organisation.complete_after, Some(Duration::from_secs(3_600)));
    assert_eq!(organisation.files_quota, Some(0));
    addresses::are_kept(store, org);
}

#[test]
fn a_file_keeps_its_contents_and_only_its_owner_may_read_it() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/service-suite");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("again-{}.db", Uuid::new_v4()));
    add(&Sqlite::open(&file).unwrap(), "Acme", "Priya", None);
    assert_eq!(Sqlite::open(&file).unwrap().people(None).unwrap().len(), 1);
    #[cfg(unix)]
    {
        let mode = std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(&file).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
    }
    std::fs::remove_file(&file).unwrap();
}

#[test]
fn a_database_of_a_newer_version_is_refused_and_left_alone() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/service-suite");
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join(format!("newer-{}.db", Uuid::new_v4()));
    let newer = "PRAGMA application_id = 0x4465736b; PRAGMA user_version = 99";
    rusqlite::Connection::open(&file).unwrap().execute_batch(newer).unwrap();
    let error = Sqlite::open(&file).map(drop).unwrap_err().to_string();
    assert!(error.contains("newer version"), "{error}");
    std::fs::remove_file(&file).unwrap();
}
