//! Messages in chats that the user has in front of them, or has just joined.

use super::requests::joined_by_me;
use super::*;

fn message_of_dana(bench: &mut Bench, id: u128, number: u64) {
    let message = json!({
        "number": number, "id": Uuid::from_u128(number.into()), "from": DANA, "at": NOON, "text": "It smokes",
    });
    bench.json(json!({ "type": "messages", "session": chat(id), "messages": [message] }));
}

fn message_toasts(bench: &mut Bench) -> Vec<ToastKey> {
    let keys = bench.toasts().into_iter().flatten().map(|toast| toast.key);
    keys.filter(|key| matches!(key, ToastKey::Message(_))).collect()
}

// The app connected before its window did, and sounded for a chat that the user was looking at.
#[test]
fn after_a_lost_connection_a_chat_that_was_in_front_waits_for_its_page() {
    // C8
    for page_is_back in [true, false] {
        let mut bench = Bench::technician();
        let handled = |messages: u64| json!({ "status": "handled", "participants": joined_by_me(), "messages": messages });
        let visible = json!({ "type": "mine", "session": chat(5), "dismissed": false, "seen": 1, "visible": true, "ring": false });
        bench.session(5, 2, &handled(0));
        bench.session(5, 3, &handled(1));
        message_of_dana(&mut bench, 5, 1);
        bench.json(visible.clone());
        bench.lose();
        bench.pass(secs(8));
        bench.greet();
        bench.session(5, 4, &handled(2));
        bench.down(Down::Synced { more: 0 });
        bench.effects();
        message_of_dana(&mut bench, 5, 2);
        assert_eq!(message_toasts(&mut bench), [], "the page may be back in a moment");
        bench.pass(secs(3));
        if page_is_back {
            bench.json(visible);
        }
        bench.pass(secs(8));
        let expected: &[_] = if page_is_back { &[] } else { &[ToastKey::Message(chat(5))] };
        assert_eq!(message_toasts(&mut bench), expected);
    }
}

// A chat that was taken over was announced by its last message, which its window showed a second later.
#[test]
fn what_was_said_before_the_user_joined_is_not_news() {
    // C8, C9
    let mut bench = Bench::technician();
    super::hand_over::offered(&mut bench, Some(ME));
    let handled =
        |messages: u64| json!({ "status": "handled", "participants": joined_by_me(), "messages": messages });
    bench.session(5, 4, &handled(7));
    bench.mine(5, false);
    message_of_dana(&mut bench, 5, 7);
    assert_eq!(message_toasts(&mut bench), []);
    bench.session(5, 5, &handled(8));
    message_of_dana(&mut bench, 5, 8);
    assert_eq!(message_toasts(&mut bench), [ToastKey::Message(chat(5))], "the next one is");
}
