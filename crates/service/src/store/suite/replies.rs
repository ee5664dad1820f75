//! How a store keeps canned replies.

use super::*;

fn canned(name: &str) -> StoredReply {
    StoredReply { id: ReplyId(Uuid::new_v4()), name: name.to_owned(), text: format!("The text of\n{name}") }
}

pub(super) fn canned_replies_belong_to_the_organisation_or_to_one_person(store: &impl Store) {
    let (org, priya, _) = add(store, "Acme", "Priya", None);
    let (_, tom, _) = add(store, "Acme", "Tom", None);
    let (other, ..) = add(store, "Other", "Sam", None);
    let [all, of_priya, of_tom] =
        [ReplyOwner::Organisation, ReplyOwner::Person(priya), ReplyOwner::Person(tom)];
    let (vpn, hello, own) = (canned("vpn"), canned("hello"), canned("vpn"));
    for (of, reply) in [(all, &vpn), (all, &hello), (of_priya, &own)] {
        assert_eq!(store.put_reply(org, of, reply, 2).unwrap(), ReplyPut::Done);
        assert_eq!(store.put_reply(org, of, reply, 2).unwrap(), ReplyPut::Done, "a repeat changes nothing");
    }
    assert_eq!(store.replies(org, all).unwrap(), [hello.clone(), vpn.clone()]);
    assert_eq!(store.replies(org, of_priya).unwrap(), std::slice::from_ref(&own));
    assert_eq!(store.replies(org, of_tom).unwrap(), []);
    assert_eq!(store.replies(other, all).unwrap(), []);
    assert_eq!(store.load(org).unwrap().unwrap().replies, [hello.clone(), vpn.clone()]);
    assert_eq!(store.put_reply(org, all, &canned("one more"), 2).unwrap(), ReplyPut::TooMany);
    // Nobody changes or removes what is not theirs.
    let stolen = StoredReply { text: "Mine".to_owned(), ..own.clone() };
    for (org, of) in [(org, of_tom), (org, all), (other, all), (other, of_priya)] {
        assert_eq!(store.put_reply(org, of, &stolen, 9).unwrap(), ReplyPut::NotTheirs);
        assert!(!store.remove_reply(org, of, own.id).unwrap());
    }
    assert_eq!(store.replies(org, of_priya).unwrap(), std::slice::from_ref(&own));
    let changed = StoredReply { name: "vpn laptop".to_owned(), ..vpn.clone() };
    assert_eq!(store.put_reply(org, all, &changed, 2).unwrap(), ReplyPut::Done, "also when there are enough");
    assert_eq!(store.replies(org, all).unwrap(), [hello.clone(), changed]);
    assert!(store.remove_reply(org, all, vpn.id).unwrap() && !store.remove_reply(org, all, vpn.id).unwrap());
    assert_eq!(store.replies(org, all).unwrap(), [hello]);
}

pub(super) fn own_canned_replies_go_with_their_person(store: &impl Store) {
    let (org, priya, link) = add(store, "Acme", "Priya", None);
    sign_in(store, link);
    let own = ReplyOwner::Person(priya);
    store.put_reply(org, ReplyOwner::Organisation, &canned("hello"), 9).unwrap();
    store.put_reply(org, own, &canned("vpn"), 9).unwrap();
    store.set_standing(priya, Standing::Suspended, NOW).unwrap();
    assert_eq!(store.replies(org, own).unwrap().len(), 1, "they may come back");
    store.set_standing(priya, Standing::Removed, NOW).unwrap();
    assert_eq!(store.replies(org, own).unwrap(), []);
    // One that was on its way is not stored after that.
    assert_eq!(store.put_reply(org, own, &canned("late"), 9).unwrap(), ReplyPut::NotTheirs);
    assert_eq!(store.replies(org, own).unwrap(), []);
    assert_eq!(store.replies(org, ReplyOwner::Organisation).unwrap().len(), 1);
}
