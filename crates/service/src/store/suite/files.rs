//! How a store keeps files of chats.

use super::*;
use chat::{Picture, PictureFormat, SentFile};

pub(super) fn files_have_room_up_to_the_quota(store: &impl Store) {
    let (org, client, _) = add(store, "Acme", "Dana", Some("Northwind"));
    assert_eq!(store.files_room(org).unwrap(), Some(protocol::limits::FILES_QUOTA));
    store.set_files_quota(org, 100).unwrap();
    let first = session(client);
    store.create_session(org, &first, 3).unwrap();
    let said = next(&first, |session| session.messages = 1);
    let picture = Some(Picture { format: PictureFormat::Png, width: 3, height: 2 });
    let sent = |bytes| SentFile { name: "screen.png".to_owned(), bytes, picture };
    let message = |number, bytes| Message {
        number,
        id: Uuid::new_v4(),
        from: client,
        at: NOW,
        text: String::new(),
        file: Some(sent(bytes)),
    };
    let (one, two) = (message(1, 60), message(2, 41));
    let (of_one, of_two) = (FileId(Uuid::new_v4()), FileId(Uuid::new_v4()));
    assert_eq!(store.put_file(org, &said, 1, &one, of_one).unwrap(), MessagePut::Done);
    // Its repeat has other contents, which nobody gets to see.
    let before = MessagePut::Before(KnownMessage { number: 1, from: client });
    assert_eq!(store.put_file(org, &said, 1, &one, of_two).unwrap(), before);
    let more = next(&said, |session| session.messages = 2);
    assert_eq!(store.put_file(org, &more, 2, &two, of_two).unwrap(), MessagePut::NoRoom);
    assert_eq!(store.session(org, first.id).unwrap(), Some(said));
    assert_eq!(store.files_room(org).unwrap(), Some(40));
    let fits = Message { file: Some(sent(40)), ..two };
    assert_eq!(store.put_file(org, &more, 2, &fits, of_two).unwrap(), MessagePut::Done);
    assert_eq!(store.files_room(org).unwrap(), Some(0));
    store.set_files_quota(org, 0).unwrap();
    assert_eq!(store.files_room(org).unwrap(), None);
    assert_eq!(store.messages(first.id, Audience::Everybody, 0, 10).unwrap(), [one.clone(), fits]);
    assert_eq!(store.file(first.id, one.id).unwrap(), Some(StoredFile { stored: of_one, file: sent(60) }));
    assert_eq!(store.file(SessionId(Uuid::new_v4()), one.id).unwrap(), None);
    let unknown = FileId(Uuid::new_v4());
    assert_eq!(store.unknown_files(&[of_one, unknown, of_two]).unwrap(), [unknown]);
    assert_eq!(store.deleted_files(None, 10).unwrap(), []);
}
