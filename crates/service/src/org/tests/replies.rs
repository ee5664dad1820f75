//! Canned replies while lists and changes cross.

use super::*;
use crate::store::{ReplyOwner, StoredReply};
use protocol::ReplyId;

fn canned(name: &str) -> StoredReply {
    StoredReply { id: ReplyId(Uuid::new_v4()), name: name.to_owned(), text: "Yes.".to_owned() }
}

/// The names in the lists that a connection is sent, each with whether it begins the list.
fn lists(effects: &[Effect], conn: u64) -> Vec<(bool, Vec<String>)> {
    effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send(to, frame) if to.contains(&ConnId(conn)) => match &**frame {
                Down::Replies { first, replies } => {
                    Some((*first, replies.iter().map(|each| each.name.clone()).collect()))
                }
                _ => None,
            },
            _ => None,
        })
        .collect()
}

/// Priya at connection 1, who asks for replies; the store has not answered yet.
fn asking() -> (Core, Person) {
    let priya = person("Priya", None);
    let mut core = core(&[&priya]);
    connect(&mut core, &priya, 1, Activity::Active, START);
    let effects = core.on(Event::Frame(ConnId(1), Up::ListReplies { id: Uuid::new_v4() }), at(START));
    let step = effects.iter().find_map(|effect| match effect {
        Effect::Store(StoreRequest::Replies(of)) => Some(*of),
        _ => None,
    });
    assert_eq!(step, Some(ReplyOwner::Person(priya.id)));
    (core, priya)
}

#[test]
fn what_the_administrator_changes_while_a_list_is_read_is_in_the_list() {
    let (mut core, _) = asking();
    let (vpn, hello) = (canned("vpn"), canned("hello"));
    for change in [RepliesChange::Put(vpn.clone()), RepliesChange::Put(hello), RepliesChange::Removed(vpn.id)]
    {
        let effects = core.on(Event::Replies(change), at(START));
        assert!(effects.is_empty(), "nobody has the list yet: {effects:?}");
    }
    let read = core.on(Event::StoreReply(StoreReply::Replies(vec![canned("own")])), at(START));
    assert_eq!(lists(&read, 1), [(true, vec!["hello".to_owned(), "own".to_owned()])]);
    let later = core.on(Event::Replies(RepliesChange::Put(canned("bye"))), at(START));
    assert_eq!(lists(&later, 1), [(false, vec!["bye".to_owned()])]);
}

#[test]
fn a_connection_that_ends_while_its_list_is_read_is_forgotten() {
    let (mut core, priya) = asking();
    core.on(Event::Ended(ConnId(1), Ended::Left), at(START));
    let read = core.on(Event::StoreReply(StoreReply::Replies(Vec::new())), at(START));
    assert!(lists(&read, 1).is_empty());
    let later = core.on(Event::Replies(RepliesChange::Put(canned("bye"))), at(START));
    assert!(lists(&later, 1).is_empty(), "{later:?}");
    // So is one that ends after it.
    carry_out(&mut core, read, START);
    connect(&mut core, &priya, 2, Activity::Active, START);
    core.on(Event::Frame(ConnId(2), Up::ListReplies { id: Uuid::new_v4() }), at(START));
    core.on(Event::StoreReply(StoreReply::Replies(Vec::new())), at(START));
    assert_eq!(lists(&core.on(Event::Replies(RepliesChange::Put(canned("vpn"))), at(START)), 2).len(), 1);
    core.on(Event::Ended(ConnId(2), Ended::Lost), at(START));
    assert!(lists(&core.on(Event::Replies(RepliesChange::Put(canned("new"))), at(START)), 2).is_empty());
}
