//! Intents that arrive at the same moment: whatever comes first, there is one outcome, and all ends agree on it.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]

mod common;

use common::{Device, TestService};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;
use uuid::Uuid;

const ORG: &str = "Acme IT";

/// How often each pair of intents meets, every second time the other way round.
const ROUNDS: usize = 60;

/// One device, and the chats as it was told of them last.
struct End {
    device: Device,
    chats: BTreeMap<String, Value>,
    me: Value,
}

impl End {
    async fn connect(service: &TestService, name: &str, company: Option<&str>) -> Self {
        let token = service.person(ORG, name, company);
        let (device, told) = service.app(&token).await;
        let me = told.iter().find(|frame| frame["type"] == "welcome").unwrap()["you"]["id"].clone();
        Self { device, chats: BTreeMap::new(), me }
    }

    async fn send(&mut self, mut intent: Value) -> Value {
        let id = json!(Uuid::new_v4());
        intent["id"] = id.clone();
        self.device.send(intent).await;
        id
    }

    /// The answer to an intent that was sent; chats that are told until then are kept.
    async fn answer(&mut self, id: &Value) -> Value {
        loop {
            let frame = self.device.next().await.expect("the connection lives");
            if frame["type"] == "session" {
                let chat = frame["session"].clone();
                self.chats.insert(chat["id"].as_str().unwrap().to_owned(), chat);
            } else if frame["re"] == *id {
                return frame;
            }
        }
    }

    async fn ask(&mut self, intent: Value) -> Value {
        let id = self.send(intent).await;
        self.answer(&id).await
    }

    async fn done(&mut self, intent: Value) -> Value {
        let answer = self.ask(intent).await;
        assert_eq!(answer["type"], "ok", "{answer}");
        answer
    }

    /// The chat as this device sees it, after everything that was said to it before now.
    async fn sees(&mut self, chat: &str) -> Value {
        self.done(json!({"type": "device.list"})).await;
        self.chats[chat].clone()
    }
}

/// What must be the same at all ends.
fn outcome(chat: &Value) -> Value {
    let people = chat["participants"].as_array().unwrap();
    let people: Vec<_> = people.iter().map(|each| (&each["name"], each["left"].is_null())).collect();
    json!({"status": chat["status"], "rev": chat["rev"], "people": people})
}

/// Who is in the chat now.
fn present(chat: &Value) -> Vec<&str> {
    let people = chat["participants"].as_array().unwrap().iter();
    people.filter(|each| each["left"].is_null()).map(|each| each["name"].as_str().unwrap()).collect()
}

fn code(answer: &Value) -> &str {
    answer["code"].as_str().unwrap_or("ok")
}

/// Priya, Tom and Ann at the desk, and Dana, who needs help.
struct Race {
    _service: TestService,
    priya: End,
    tom: End,
    ann: End,
    dana: End,
}

/// Who does something in a race.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Who {
    Priya,
    Tom,
    Ann,
    Dana,
}

/// What the two of a race were answered, and what came of it.
struct Result {
    first: String,
    second: String,
    chat: Value,
}

impl Race {
    async fn begin() -> Self {
        let service = TestService::start();
        Self {
            priya: End::connect(&service, "Priya", None).await,
            tom: End::connect(&service, "Tom", None).await,
            ann: End::connect(&service, "Ann", None).await,
            dana: End::connect(&service, "Dana", Some("Northwind Dental")).await,
            _service: service,
        }
    }

    fn end(&mut self, who: Who) -> &mut End {
        match who {
            Who::Priya => &mut self.priya,
            Who::Tom => &mut self.tom,
            Who::Ann => &mut self.ann,
            Who::Dana => &mut self.dana,
        }
    }

    /// Dana asks.
    async fn asked(&mut self) -> String {
        let ok = self.dana.done(json!({"type": "chat.request", "subject": "Printer"})).await;
        ok["session"].as_str().unwrap().to_owned()
    }

    /// Dana asks and these join.
    async fn joined(&mut self, who: &[Who]) -> String {
        let id = self.asked().await;
        for each in who {
            self.end(*each).done(json!({"type": "chat.assist", "session": id})).await;
        }
        id
    }

    /// Both at the same moment, in either order; then all ends are compared.
    async fn meet(&mut self, round: usize, chat: &str, first: (Who, Value), second: (Who, Value)) -> Result {
        let with_chat = |mut intent: Value| {
            if intent["session"].is_null()
                && intent["type"] != "chat.request"
                && intent["type"] != "chat.invite"
            {
                intent["session"] = json!(chat);
            }
            intent
        };
        let ((one, do_one), (two, do_two)) = (first, second);
        let (do_one, do_two) = (with_chat(do_one), with_chat(do_two));
        let (id_one, id_two);
        if round.is_multiple_of(2) {
            id_one = self.end(one).send(do_one).await;
            pause(round / 2).await;
            id_two = self.end(two).send(do_two).await;
        } else {
            id_two = self.end(two).send(do_two).await;
            pause(round / 2).await;
            id_one = self.end(one).send(do_one).await;
        }
        let first = code(&self.end(one).answer(&id_one).await).to_owned();
        let second = code(&self.end(two).answer(&id_two).await).to_owned();
        let chat = self.agreed(chat).await;
        Result { first, second, chat }
    }

    /// The chat as all ends see it.
    async fn agreed(&mut self, chat: &str) -> Value {
        let seen = self.priya.sees(chat).await;
        for who in [Who::Tom, Who::Ann, Who::Dana] {
            assert_eq!(
                outcome(&self.end(who).sees(chat).await),
                outcome(&seen),
                "{who:?} sees what Priya sees"
            );
        }
        seen
    }

    /// Clears up, so that the next round begins like this one.
    async fn over(&mut self, chat: &str) {
        let seen = self.priya.sees(chat).await;
        let is_in = |who: &str| present(&seen).contains(&who);
        match seen["status"].as_str().unwrap() {
            "handled" => {
                let who = if is_in("Priya") {
                    Who::Priya
                } else if is_in("Tom") {
                    Who::Tom
                } else {
                    Who::Ann
                };
                self.end(who).done(json!({"type": "chat.complete", "session": chat})).await;
            }
            "waiting" | "invited" => {
                self.dana.done(json!({"type": "chat.leave", "session": chat})).await;
            }
            _ => {}
        }
        let seen = self.priya.sees(chat).await;
        if seen["status"] != "completed" {
            let complete = json!({"type": "chat.complete", "session": chat, "note": "Done."});
            self.priya.done(complete).await;
        }
        for who in [Who::Priya, Who::Tom, Who::Ann, Who::Dana] {
            self.end(who).sees(chat).await;
            self.end(who).chats.remove(chat);
        }
        tokio::time::advance(Duration::from_secs(3)).await;
    }
}

/// Lets the service run for a while between two intents: from not at all to long enough for the first to be decided.
async fn pause(turns: usize) {
    for _ in 0..turns {
        tokio::task::yield_now().await;
    }
}

/// Notes the outcomes that occurred, so that a test can see that both orders did.
#[derive(Default)]
struct Seen(BTreeSet<String>);

impl Seen {
    fn note(&mut self, result: &Result) {
        let status = result.chat["status"].as_str().unwrap();
        self.0.insert(format!(
            "{} {} {status} {}",
            result.first,
            result.second,
            present(&result.chat).join(" ")
        ));
    }

    /// These outcomes are possible, and each has occurred.
    fn are(&self, expected: &[&str]) {
        assert_eq!(self.0.iter().map(String::as_str).collect::<Vec<_>>(), expected);
    }
}

fn does(what: &str) -> Value {
    json!({"type": what})
}

#[tokio::test(start_paused = true)]
async fn of_64_technicians_who_join_exactly_one_wins_200_times() {
    // C4
    let service = TestService::start();
    let mut dana = End::connect(&service, "Dana", Some("Northwind Dental")).await;
    let mut desk = Vec::new();
    for number in 0..64 {
        desk.push(End::connect(&service, &format!("Technician {number}"), None).await);
    }
    for round in 0..200_usize {
        let ok = dana.done(json!({"type": "chat.request", "subject": format!("Round {round}")})).await;
        let chat = ok["session"].as_str().unwrap().to_owned();
        let mut asked = Vec::new();
        // Another one is first each time.
        desk.rotate_left(7);
        for each in &mut desk {
            asked.push(each.send(json!({"type": "chat.join", "session": chat})).await);
        }
        let mut winners = Vec::new();
        let mut told = BTreeSet::new();
        for (place, (each, id)) in desk.iter_mut().zip(&asked).enumerate() {
            let answer = each.answer(id).await;
            match code(&answer) {
                "ok" => winners.push(place),
                "taken" => {
                    told.insert(answer["by"].as_str().unwrap().to_owned());
                }
                other => panic!("{other}: {answer}"),
            }
        }
        assert_eq!(winners.len(), 1, "round {round}");
        let winner = &mut desk[winners[0]];
        let seen = winner.sees(&chat).await;
        let name = present(&seen)[0].to_owned();
        assert_eq!(told, BTreeSet::from([name]), "the others are told who won");
        let (me, expected) = (winner.me.clone(), outcome(&seen));
        assert_eq!(seen["participants"][0]["person"], me, "who was told ok is in it");
        assert_eq!(outcome(&dana.sees(&chat).await), expected);
        for each in &mut desk {
            assert_eq!(outcome(&each.sees(&chat).await), expected);
            each.chats.clear();
        }
        desk[winners[0]].done(json!({"type": "chat.complete", "session": chat})).await;
        tokio::time::advance(Duration::from_secs(2)).await;
    }
}

#[tokio::test(start_paused = true)]
async fn join_meets_leave() {
    // C4, C5
    let (mut race, mut seen) = (Race::begin().await, Seen::default());
    for round in 0..ROUNDS {
        let chat = race.asked().await;
        let both = ((Who::Priya, does("chat.join")), (Who::Dana, does("chat.leave")));
        seen.note(&race.meet(round, &chat, both.0, both.1).await);
        race.over(&chat).await;
    }
    seen.are(&["ok ok completed Priya", "over ok abandoned "]);
}

#[tokio::test(start_paused = true)]
async fn join_meets_a_wish_to_be_called() {
    // C4, C5
    let (mut race, mut seen) = (Race::begin().await, Seen::default());
    for round in 0..ROUNDS {
        let chat = race.asked().await;
        let call = json!({"type": "chat.callback", "phone": "+64 9 123 4567"});
        seen.note(&race.meet(round, &chat, (Who::Priya, does("chat.join")), (Who::Dana, call)).await);
        race.over(&chat).await;
    }
    seen.are(&["ok taken handled Priya", "over ok callback "]);
}

#[tokio::test(start_paused = true)]
async fn a_second_technician_meets_completion() {
    // C9
    let (mut race, mut seen) = (Race::begin().await, Seen::default());
    for round in 0..ROUNDS {
        let chat = race.joined(&[Who::Priya]).await;
        let both = ((Who::Tom, does("chat.assist")), (Who::Priya, does("chat.complete")));
        seen.note(&race.meet(round, &chat, both.0, both.1).await);
        race.over(&chat).await;
    }
    seen.are(&["ok ok completed Priya Tom", "over ok completed Priya"]);
}

#[tokio::test(start_paused = true)]
async fn two_take_over_what_is_offered_to_all() {
    // C4, C9
    let (mut race, mut seen) = (Race::begin().await, Seen::default());
    for round in 0..ROUNDS {
        let chat = race.joined(&[Who::Priya]).await;
        race.priya.done(json!({"type": "chat.hand_over", "session": chat})).await;
        let both = ((Who::Tom, does("chat.join")), (Who::Ann, does("chat.join")));
        seen.note(&race.meet(round, &chat, both.0, both.1).await);
        race.over(&chat).await;
    }
    seen.are(&["ok taken handled Tom", "taken ok handled Ann"]);
}

#[tokio::test(start_paused = true)]
async fn taking_over_meets_taking_the_offer_back() {
    // C9
    let (mut race, mut seen) = (Race::begin().await, Seen::default());
    for round in 0..ROUNDS {
        let chat = race.joined(&[Who::Priya]).await;
        race.priya.done(json!({"type": "chat.hand_over", "session": chat})).await;
        let both = ((Who::Tom, does("chat.join")), (Who::Priya, does("chat.keep")));
        seen.note(&race.meet(round, &chat, both.0, both.1).await);
        race.over(&chat).await;
    }
    seen.are(&["ok ok handled Tom", "taken ok handled Priya"]);
}

#[tokio::test(start_paused = true)]
async fn taking_over_meets_completion() {
    // C9
    let (mut race, mut seen) = (Race::begin().await, Seen::default());
    for round in 0..ROUNDS {
        let chat = race.joined(&[Who::Priya]).await;
        race.priya.done(json!({"type": "chat.hand_over", "session": chat})).await;
        let both = ((Who::Tom, does("chat.join")), (Who::Priya, does("chat.complete")));
        seen.note(&race.meet(round, &chat, both.0, both.1).await);
        race.over(&chat).await;
    }
    seen.are(&["ok not_allowed handled Tom", "over ok completed Priya"]);
}

#[tokio::test(start_paused = true)]
async fn of_two_who_leave_one_stays() {
    // C9
    let (mut race, mut seen) = (Race::begin().await, Seen::default());
    for round in 0..ROUNDS {
        let chat = race.joined(&[Who::Priya, Who::Tom]).await;
        let both = ((Who::Priya, does("chat.leave")), (Who::Tom, does("chat.leave")));
        seen.note(&race.meet(round, &chat, both.0, both.1).await);
        race.over(&chat).await;
    }
    seen.are(&["nobody_stays ok handled Priya", "ok nobody_stays handled Tom"]);
}

#[tokio::test(start_paused = true)]
async fn leaving_meets_handing_over() {
    // C9
    let (mut race, mut seen) = (Race::begin().await, Seen::default());
    for round in 0..ROUNDS {
        let chat = race.joined(&[Who::Priya, Who::Tom]).await;
        let both = ((Who::Priya, does("chat.leave")), (Who::Tom, does("chat.hand_over")));
        let result = race.meet(round, &chat, both.0, both.1).await;
        assert_eq!(result.chat["hand_over"]["by"], race.tom.me, "the offer stands");
        seen.note(&result);
        race.over(&chat).await;
    }
    seen.are(&["ok ok handled Tom"]);
}

#[tokio::test(start_paused = true)]
async fn completion_meets_a_client_who_leaves() {
    // C5, C9
    let (mut race, mut seen) = (Race::begin().await, Seen::default());
    let mut by = BTreeSet::new();
    for round in 0..ROUNDS {
        let chat = race.joined(&[Who::Priya]).await;
        let both = ((Who::Priya, does("chat.complete")), (Who::Dana, does("chat.leave")));
        let result = race.meet(round, &chat, both.0, both.1).await;
        by.insert((result.first.clone(), result.chat["completed_by"] == race.dana.me));
        seen.note(&result);
        race.over(&chat).await;
    }
    seen.are(&["ok ok completed Priya", "over ok completed Priya"]);
    assert_eq!(by, BTreeSet::from([("ok".to_owned(), false), ("over".to_owned(), true)]));
}

#[tokio::test(start_paused = true)]
async fn an_accepted_invitation_meets_its_withdrawal() {
    // C7
    let (mut race, mut seen) = (Race::begin().await, Seen::default());
    for round in 0..ROUNDS {
        let invite = json!({"type": "chat.invite", "client": race.dana.me});
        let chat = race.priya.done(invite).await["session"].as_str().unwrap().to_owned();
        let both = ((Who::Dana, does("chat.accept")), (Who::Priya, does("chat.leave")));
        seen.note(&race.meet(round, &chat, both.0, both.1).await);
        race.over(&chat).await;
    }
    seen.are(&["ok nobody_stays handled Priya", "over ok completed "]);
}

#[tokio::test(start_paused = true)]
async fn two_invitations_meet() {
    // C7
    let (mut race, mut orders) = (Race::begin().await, BTreeSet::new());
    for round in 0..ROUNDS {
        let invite = json!({"type": "chat.invite", "client": race.dana.me});
        let (first, second) =
            if round.is_multiple_of(2) { (Who::Priya, Who::Tom) } else { (Who::Tom, Who::Priya) };
        let one = race.end(first).send(invite.clone()).await;
        pause(round / 2).await;
        let two = race.end(second).send(invite).await;
        let answers = (race.end(first).answer(&one).await, race.end(second).answer(&two).await);
        assert_eq!((code(&answers.0), code(&answers.1)), ("ok", "already_active"));
        let chat = answers.0["session"].as_str().unwrap().to_owned();
        assert_eq!(race.agreed(&chat).await["status"], "invited");
        assert_eq!(race.dana.chats.len(), 1, "one question at a time");
        orders.insert(format!("{first:?}"));
        race.over(&chat).await;
    }
    assert_eq!(orders.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn an_invitation_meets_a_request() {
    // C1, C7
    let (mut race, mut seen) = (Race::begin().await, BTreeSet::new());
    for round in 0..ROUNDS {
        let invite = json!({"type": "chat.invite", "client": race.dana.me});
        let request = json!({"type": "chat.request", "subject": "Printer"});
        let (invited, asked);
        if round.is_multiple_of(2) {
            invited = race.priya.send(invite).await;
            pause(round / 2).await;
            asked = race.dana.send(request).await;
        } else {
            asked = race.dana.send(request).await;
            pause(round / 2).await;
            invited = race.priya.send(invite).await;
        }
        let invited = race.priya.answer(&invited).await;
        let asked = race.dana.answer(&asked).await;
        race.dana.done(json!({"type": "device.list"})).await;
        let ids: Vec<String> = race.dana.chats.keys().cloned().collect();
        let mut live = Vec::new();
        for id in &ids {
            let status = race.agreed(id).await["status"].as_str().unwrap().to_owned();
            if status != "completed" {
                live.push(status);
            }
        }
        live.sort();
        seen.insert(format!("{} {} {}", code(&invited), code(&asked), live.join(" ")));
        for id in &ids {
            race.over(id).await;
        }
    }
    // Who is invited may ask for something else; who waits is not invited.
    assert_eq!(
        seen,
        BTreeSet::from(["already_active ok waiting", "ok ok invited waiting"].map(str::to_owned))
    );
}
