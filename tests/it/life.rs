//! A chat from the question to the answer: invitations, hand-over, leaving, completion, and ringing silently.

use crate::{pass, secs};
use agent::toast::{ToastAction, ToastKey};
use agent::view::{Intent, Page};
use chat::{SessionId, Status};
use harness::{Caller, DANA, Device, DeviceState, PRIYA, SAM, World};
use presence::State;
use protocol::{Down, ErrorCode, Up};
use uuid::Uuid;

fn says(title: &str) -> impl FnMut(&DeviceState) -> bool {
    move |shown| shown.toasts.iter().any(|toast| toast.title == title)
}

fn has(key: ToastKey) -> impl FnMut(&DeviceState) -> bool {
    move |shown| shown.toasts.iter().any(|toast| toast.key == key)
}

async fn becomes(caller: &Caller, session: SessionId, status: Status) -> protocol::SessionView {
    let heard = caller
        .until("the chat's status", |heard| {
            heard.sessions.get(&session).is_some_and(|chat| chat.status == status)
        })
        .await;
    heard.sessions[&session].clone()
}

fn code(answer: &Down) -> Option<ErrorCode> {
    match answer {
        Down::Error { code, .. } => Some(*code),
        _ => None,
    }
}

/// Priya at her computer with her page, and Dana's app with its page.
struct Desk {
    world: World,
    priya: Device,
    page: Caller,
    dana: Device,
    client: Caller,
}

impl Desk {
    async fn begin() -> Self {
        let world = World::begin().await;
        let (priya, page) = (world.device(PRIYA).await, world.caller(PRIYA).await);
        let (dana, client) = (world.device(DANA).await, world.caller(DANA).await);
        Self { world, priya, page, dana, client }
    }

    /// Priya invites Dana.
    async fn invited(&self) -> SessionId {
        let id = Uuid::new_v4();
        let subject = Some("Your printer".to_owned());
        self.page.done(Up::Invite { id, client: self.client.me(), subject }).await;
        self.dana.until("the question", has(ToastKey::Invitation(SessionId(id)))).await;
        SessionId(id)
    }

    /// Dana asks, and Priya joins.
    async fn chatting(&self) -> SessionId {
        let session = self.client.request("Printer offline").await;
        self.priya.until("the request", has(ToastKey::Request(session))).await;
        self.priya.wants(Intent::Join { session }).await;
        becomes(&self.client, session, Status::Handled).await;
        session
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_has_one_chat_for_each_reference_and_three_that_wait() {
    // C1
    let world = World::begin().await;
    let dana = world.caller(DANA).await;
    let request = |reference: Option<&str>| Up::Request {
        id: Uuid::new_v4(),
        subject: "Printer".to_owned(),
        reference: reference.map(str::to_owned),
    };
    for reference in [None, Some("1"), Some("2")] {
        dana.done(request(reference)).await;
    }
    assert_eq!(code(&dana.ask(request(None)).await), Some(ErrorCode::AlreadyActive));
    assert_eq!(code(&dana.ask(request(Some("2"))).await), Some(ErrorCode::AlreadyActive));
    assert_eq!(code(&dana.ask(request(Some("3"))).await), Some(ErrorCode::TooMany));
}

#[tokio::test(start_paused = true)]
async fn a_client_who_asks_to_be_called_is_in_the_list_until_somebody_has_called() {
    // C5
    let desk = Desk::begin().await;
    let session = desk.client.request("Printer offline").await;
    desk.priya.until("the request", has(ToastKey::Request(session))).await;
    let phone = "+64 9 123 4567".to_owned();
    desk.client.done(Up::Callback { id: Uuid::new_v4(), session, phone, note: None }).await;
    desk.priya.until("a word", says("Dana asks to be called: +64 9 123 4567")).await;
    assert!(!has(ToastKey::Request(session))(&desk.priya.shown()), "and it rings no more");
    pass(secs(3600)).await;
    let complete =
        |note: Option<&str>| Up::Complete { id: Uuid::new_v4(), session, note: note.map(str::to_owned) };
    assert_eq!(code(&desk.page.ask(complete(None)).await), Some(ErrorCode::NoteNeeded));
    desk.page.done(complete(Some("Called."))).await;
    becomes(&desk.client, session, Status::Completed).await;
}

#[tokio::test(start_paused = true)]
async fn with_nobody_at_their_desk_the_client_is_told_at_once_and_the_away_are_rung() {
    // C6
    let desk = Desk::begin().await;
    drop(desk.page);
    pass(secs(400)).await;
    desk.priya.until_shows(State::Away).await;
    let asked = desk.world.now();
    let session = desk.client.request("Printer offline").await;
    let chat = becomes(&desk.client, session, Status::Waiting).await;
    assert_eq!((desk.client.heard().staffed, chat.callback_offered), (Some(false), true));
    assert!(desk.world.now().since(asked) <= secs(1));
    let shown = desk.priya.until("the request", has(ToastKey::Request(session))).await;
    assert_eq!(shown.sounds, [ToastKey::Request(session)]);
}

#[tokio::test(start_paused = true)]
async fn an_accepted_invitation_is_a_chat_with_who_invited() {
    // C7, C10
    let desk = Desk::begin().await;
    let session = desk.invited().await;
    assert_eq!(desk.dana.shown().toasts[0].title, "Priya from Acme IT would like to chat");
    desk.dana.press(ToastKey::Invitation(session), ToastAction::Accept);
    let chat = becomes(&desk.client, session, Status::Handled).await;
    assert_eq!(chat.participants[0].name, PRIYA.name);
    let page = Page::Portal { chat: Some(session) };
    desk.dana.until("exactly that chat is open", |shown| shown.opened.contains(&page)).await;
    desk.priya.until("Priya is told", says("Dana accepted your invitation.")).await;
}

#[tokio::test(start_paused = true)]
async fn not_now_and_silence_end_an_invitation_and_the_technician_is_told_which() {
    // C7
    let desk = Desk::begin().await;
    let session = desk.invited().await;
    desk.dana.press(ToastKey::Invitation(session), ToastAction::Decline);
    desk.priya.until("Priya is told", says("Dana answered: not now.")).await;
    desk.dana.until("the question is gone", |shown| shown.toasts.is_empty()).await;
    let invited = desk.world.now();
    let session = desk.invited().await;
    desk.priya.until("Priya is told", says("Dana did not answer your invitation.")).await;
    let waited = desk.world.now().since(invited);
    assert!((secs(60)..secs(62)).contains(&waited), "{waited:?}");
    assert_eq!(becomes(&desk.client, session, Status::Completed).await.participants.len(), 0);
    assert!(!has(ToastKey::Invitation(session))(&desk.dana.shown()));
}

#[tokio::test(start_paused = true)]
async fn a_message_is_a_toast_unless_its_chat_is_in_front_of_the_reader_on_any_device() {
    // C8
    let desk = Desk::begin().await;
    let session = desk.chatting().await;
    desk.page.say(Up::Visible { session: Some(session) }).await;
    desk.page.done(Up::Open { id: Uuid::new_v4(), session, after: 0 }).await;
    desk.client.write(session, "It hums.").await;
    desk.page.until("the message", |heard| heard.messages.contains_key(&session)).await;
    pass(secs(5)).await;
    assert!(!has(ToastKey::Message(session))(&desk.priya.shown()));
    desk.page.say(Up::Visible { session: None }).await;
    pass(secs(5)).await;
    desk.client.write(session, "Now it smokes.").await;
    let shown = desk.priya.until("a toast", has(ToastKey::Message(session))).await;
    let toast = shown.toasts.iter().find(|toast| toast.key == ToastKey::Message(session)).unwrap();
    assert_eq!(toast.body, "Now it smokes.");
}

#[tokio::test(start_paused = true)]
async fn who_hands_over_stays_until_another_has_joined() {
    // C9
    let desk = Desk::begin().await;
    let (sam, page) = (desk.world.device(SAM).await, desk.world.caller(SAM).await);
    let session = desk.chatting().await;
    let note = Some("Second line.".to_owned());
    let (id, to) = (Uuid::new_v4(), Some(page.me()));
    desk.page.done(Up::HandOver { id, session, to, note }).await;
    let shown = sam.until("Sam is rung", has(ToastKey::Request(session))).await;
    assert_eq!(shown.toasts[0].title, "Priya hands over Dana Reyes (Northwind Dental)");
    pass(secs(30)).await;
    let present = |chat: &protocol::SessionView| -> Vec<String> {
        chat.participants.iter().filter(|each| each.left.is_none()).map(|each| each.name.clone()).collect()
    };
    assert_eq!(present(&desk.client.heard().sessions[&session]), [PRIYA.name], "she stays");
    sam.press(ToastKey::Request(session), ToastAction::Join);
    let told = "Sam has taken over the chat with Dana.";
    desk.priya.until("Priya is told", says(told)).await;
    desk.client.until("the client sees Sam", |heard| present(&heard.sessions[&session]) == [SAM.name]).await;
}

#[tokio::test(start_paused = true)]
async fn the_last_technician_cannot_leave_and_of_two_one_can() {
    // C9
    let desk = Desk::begin().await;
    let sam = desk.world.caller(SAM).await;
    let session = desk.chatting().await;
    let leave = || Up::Leave { id: Uuid::new_v4(), session };
    assert_eq!(code(&desk.page.ask(leave()).await), Some(ErrorCode::NobodyStays));
    sam.done(Up::Assist { id: Uuid::new_v4(), session }).await;
    desk.page.done(leave()).await;
    assert_eq!(code(&sam.ask(leave()).await), Some(ErrorCode::NobodyStays));
}

#[tokio::test(start_paused = true)]
async fn a_chat_whose_technicians_are_gone_for_two_minutes_waits_again() {
    // C9
    let desk = Desk::begin().await;
    let sam = desk.world.device(SAM).await;
    let session = desk.chatting().await;
    desk.client.write(session, "It hums.").await;
    drop(desk.page);
    let _ = desk.priya.kill();
    let gone = desk.world.now();
    let shown = sam.until("Sam is rung", has(ToastKey::Request(session))).await;
    let waited = desk.world.now().since(gone);
    assert!(waited >= secs(120) && waited <= secs(120 + 45 + 5), "{waited:?}");
    assert!(shown.toasts[0].body.contains("was with Priya, 1 message"), "{}", shown.toasts[0].body);
    becomes(&desk.client, session, Status::Waiting).await;
}

#[tokio::test(start_paused = true)]
async fn a_completed_chat_comes_back_within_eight_seconds_and_not_later() {
    // C9
    let desk = Desk::begin().await;
    let session = desk.chatting().await;
    let complete = || Up::Complete { id: Uuid::new_v4(), session, note: None };
    let reopen = || Up::Reopen { id: Uuid::new_v4(), session };
    desk.page.done(complete()).await;
    becomes(&desk.client, session, Status::Completed).await;
    pass(secs(7)).await;
    desk.page.done(reopen()).await;
    becomes(&desk.client, session, Status::Handled).await;
    desk.page.done(complete()).await;
    // The service grants two seconds more, for the way.
    pass(secs(11)).await;
    assert_eq!(code(&desk.page.ask(reopen()).await), Some(ErrorCode::TooLate));
}

#[tokio::test(start_paused = true)]
async fn a_chat_that_nobody_answers_rings_its_technicians_again() {
    // C3, C9
    let desk = Desk::begin().await;
    let session = desk.chatting().await;
    let joined = desk.world.now();
    let shown = desk
        .priya
        .until("a reminder", says("Dana Reyes (Northwind Dental) is waiting for your answer"))
        .await;
    let waited = desk.world.now().since(joined);
    assert!((secs(59)..secs(62)).contains(&waited), "{waited:?}");
    assert_eq!(shown.view.chats[0].session, session);
    desk.page.write(session, "On my way.").await;
    desk.priya.until("it is gone", |shown| shown.toasts.is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn a_late_click_says_what_became_of_the_request() {
    // C10
    let desk = Desk::begin().await;
    let sam = desk.world.device(SAM).await;
    let session = desk.client.request("Printer offline").await;
    let key = ToastKey::Request(session);
    sam.until("Sam is rung", has(key.clone())).await;
    desk.priya.wants(Intent::Join { session }).await;
    sam.until("his toast is gone", |shown| shown.toasts.is_empty()).await;
    sam.press(key, ToastAction::Join);
    sam.until("a word", says("Priya joined at 12:00.")).await;
}

#[tokio::test(start_paused = true)]
async fn ringing_silently_shows_every_toast_without_sound_and_is_no_presence() {
    // C11
    let desk = Desk::begin().await;
    desk.priya.wants(Intent::Silent { minutes: 30 }).await;
    let session = desk.client.request("Printer offline").await;
    desk.priya.until("the toast", has(ToastKey::Request(session))).await;
    pass(secs(100)).await;
    let shown = desk.priya.shown();
    assert_eq!((shown.toasts.len(), shown.sounds.len()), (1, 0));
    assert_eq!(shown.view.shown.state, State::Online);
    desk.priya.wants(Intent::Silent { minutes: 0 }).await;
    desk.priya.until("it sounds again", |shown| !shown.sounds.is_empty()).await;
}

#[tokio::test(start_paused = true)]
async fn a_page_that_cannot_ring_is_never_the_device_that_rings() {
    // C3, C12
    let desk = Desk::begin().await;
    // The page was active last, but its browser has not been allowed to ring.
    pass(secs(10)).await;
    desk.page.activity(presence::Activity::Active).await;
    let session = desk.client.request("Printer offline").await;
    let shown = desk.priya.until("the app rings at once", has(ToastKey::Request(session))).await;
    assert_eq!(shown.sounds, [ToastKey::Request(session)]);
}
