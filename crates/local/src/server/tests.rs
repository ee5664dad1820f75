//! The real socket, in its own folder.

use super::*;
use crate::client::{ANSWER_WITHIN, AskError, Client, ConnectError, END_WITHIN};
use crate::{FromAgent, LineError};
use agent::sound::SoundSettings;
use agent::view::{
    AccountView, Answer, ConnectionView, Here, Intent, Page, PreferenceView, PresenceView, ToWindow,
    WindowReport,
};
use presence::{Activity, IdleReason, State, UnixMillis};
use std::io;
use std::os::unix::fs::PermissionsExt;
use tempfile::TempDir;
use tokio::io::AsyncWriteExt;
use tokio::net::UnixStream;

/// Longer than any step takes on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(20);

fn socket_path(dir: &TempDir) -> SocketPath {
    SocketPath::at(dir.path().join("folder/a.sock"))
}

fn view(headline: &str) -> Arc<View> {
    let at = UnixMillis(0);
    Arc::new(View {
        version: "1".into(),
        profile: "default".into(),
        account: AccountView::SignedOut { why: None },
        connection: ConnectionView::Off,
        headline: headline.into(),
        detail: None,
        shown: PresenceView { state: State::Offline, reason: None, since: at, until: None },
        here: Here {
            activity: Activity::Idle { reason: IdleReason::Idle, idle_for_ms: 0 },
            since: at,
            last_input: at,
            source: None,
            why: String::new(),
            idle_after_ms: 300_000,
        },
        preference: PreferenceView::None,
        waiting: Vec::new(),
        chats: Vec::new(),
        silent_until: None,
        do_not_disturb: false,
        sound: SoundSettings::default(),
        hides_names: false,
        requests: Vec::new().into(),
        devices: Vec::new(),
        reports: Vec::new(),
        notices: Vec::new(),
        has_tray: false,
        question: None,
        clock_ahead_ms: 0,
    })
}

async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(DEADLINE, what).await.expect("it happens in time")
}

#[tokio::test]
async fn an_intent_gets_its_answer() {
    let dir = TempDir::new().unwrap();
    let (_server, mut requests) = Server::bind(socket_path(&dir)).unwrap();
    let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
    let answering = async {
        let Some(Request::Intent { intent, reply }) = requests.recv().await else { panic!("no intent") };
        assert_eq!(intent, Intent::Online);
        reply.send(Answer::Done { note: Some("Online.".into()) });
    };
    let (answer, ()) = soon(async { tokio::join!(client.ask(Intent::Online), answering) }).await;
    assert_eq!(answer.unwrap(), Answer::Done { note: Some("Online.".into()) });
}

#[tokio::test]
async fn who_watches_gets_the_view_now_and_the_latest_after_each_change() {
    let dir = TempDir::new().unwrap();
    let (server, _requests) = Server::bind(socket_path(&dir)).unwrap();
    server.publish(view("first"));
    let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
    assert_eq!(soon(client.view()).await.unwrap().headline, "first");
    server.publish(view("second"));
    server.publish(view("third"));
    loop {
        match soon(client.receiver.next()).await.unwrap() {
            Some(FromAgent::View(view)) if view.headline == "third" => break,
            Some(FromAgent::View(view)) => assert_eq!(view.headline, "second"),
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn the_window_is_told_things_and_its_end_is_seen() {
    let dir = TempDir::new().unwrap();
    let (_server, mut requests) = Server::bind(socket_path(&dir)).unwrap();
    let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
    client.sender.report(WindowReport::NeedPortal).await.unwrap();
    let Some(Request::Window { report, window }) = soon(requests.recv()).await else { panic!("no report") };
    assert_eq!(report, WindowReport::NeedPortal);
    let show = ToWindow::Show { page: Page::Status, minimised: false };
    window.send(show.clone());
    assert_eq!(soon(client.receiver.next()).await.unwrap(), Some(FromAgent::Window(show)));
    drop(client);
    let Some(Request::WindowGone(gone)) = soon(requests.recv()).await else { panic!("no end") };
    assert_eq!(gone, window.connection());
}

#[tokio::test]
async fn a_second_agent_finds_the_first() {
    let dir = TempDir::new().unwrap();
    let (first, _requests) = Server::bind(socket_path(&dir)).unwrap();
    assert!(matches!(Server::bind(socket_path(&dir)), Err(BindError::AlreadyRunning)));
    drop(first);
    assert!(matches!(Client::connect(&socket_path(&dir)).await, Err(ConnectError::NotRunning)));
    drop(Server::bind(socket_path(&dir)).unwrap());
}

#[tokio::test]
async fn of_agents_that_start_in_the_same_instant_exactly_one_wins_also_over_a_dead_one() {
    let dir = TempDir::new().unwrap();
    for _ in 0..25 {
        std::fs::create_dir_all(socket_path(&dir).folder()).unwrap();
        drop(std::os::unix::net::UnixListener::bind(socket_path(&dir).socket()).unwrap());
        let begin = std::sync::Barrier::new(4);
        let runtime = tokio::runtime::Handle::current();
        let start = || {
            let _runtime = runtime.enter();
            begin.wait();
            Server::bind(socket_path(&dir))
        };
        let bound: Vec<_> = std::thread::scope(|scope| {
            let starting: Vec<_> = (0..4).map(|_| scope.spawn(start)).collect();
            starting.into_iter().map(|each| each.join().unwrap()).collect()
        });
        let won = bound.iter().filter(|each| each.is_ok()).count();
        let lost = bound.iter().filter(|each| matches!(each, Err(BindError::AlreadyRunning))).count();
        assert_eq!((won, lost), (1, 3));
        Client::connect(&socket_path(&dir)).await.unwrap();
    }
}

#[tokio::test]
async fn the_socket_of_a_dead_agent_is_replaced() {
    let dir = TempDir::new().unwrap();
    std::fs::create_dir(socket_path(&dir).folder()).unwrap();
    // A dropped listener leaves its file, as a killed process does.
    drop(std::os::unix::net::UnixListener::bind(socket_path(&dir).socket()).unwrap());
    assert!(matches!(Client::connect(&socket_path(&dir)).await, Err(ConnectError::NotRunning)));
    let (_server, _requests) = Server::bind(socket_path(&dir)).unwrap();
    Client::connect(&socket_path(&dir)).await.unwrap();
}

#[tokio::test]
async fn only_this_user_can_open_folder_and_socket() {
    let dir = TempDir::new().unwrap();
    let (_server, _requests) = Server::bind(socket_path(&dir)).unwrap();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(socket_path(&dir).folder()), 0o700);
    assert_eq!(mode(socket_path(&dir).socket()), 0o600);
}

#[tokio::test]
async fn nonsense_ends_the_connection_and_nothing_else() {
    let dir = TempDir::new().unwrap();
    let (server, _requests) = Server::bind(socket_path(&dir)).unwrap();
    server.publish(view("still here"));
    let mut broken = UnixStream::connect(socket_path(&dir).socket()).await.unwrap();
    broken.write_all(b"{\"nonsense\":1}\n").await.unwrap();
    let mut rest = Vec::new();
    soon(tokio::io::AsyncReadExt::read_to_end(&mut broken, &mut rest)).await.unwrap();
    assert!(rest.is_empty());
    let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
    assert_eq!(soon(client.view()).await.unwrap().headline, "still here");
}

#[tokio::test]
async fn an_agent_that_ends_leaves_nobody_waiting() {
    let dir = TempDir::new().unwrap();
    let (server, mut requests) = Server::bind(socket_path(&dir)).unwrap();
    let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
    let ending = async {
        let _intent = requests.recv().await.expect("the intent");
        drop(server);
    };
    let (asked, ()) = soon(async { tokio::join!(client.ask(Intent::Quit), ending) }).await;
    // A dropped intent is answered as well; whether that answer or the end comes first does not matter.
    assert!(matches!(asked, Err(AskError::Ended) | Ok(Answer::Failed { .. })), "{asked:?}");
}

#[tokio::test]
async fn the_last_answer_is_out_before_the_socket_closes() {
    let dir = TempDir::new().unwrap();
    let (server, mut requests) = Server::bind(socket_path(&dir)).unwrap();
    let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
    let ending = async {
        let Some(Request::Intent { reply, .. }) = requests.recv().await else { panic!("no intent") };
        reply.send(Answer::Done { note: None });
        server.close().await;
    };
    let (asked, ()) = soon(async { tokio::join!(client.ask(Intent::Quit), ending) }).await;
    assert_eq!(asked.unwrap(), Answer::Done { note: None });
    assert!(!socket_path(&dir).socket().exists());
}

#[tokio::test]
async fn who_saw_the_end_can_start_another_agent_at_once() {
    let dir = TempDir::new().unwrap();
    for _ in 0..50 {
        let (server, mut requests) = Server::bind(socket_path(&dir)).unwrap();
        let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
        let ending = async {
            let Some(Request::Intent { reply, .. }) = requests.recv().await else { panic!("no intent") };
            reply.send(Answer::Done { note: None });
            tokio::spawn(server.close());
        };
        let (asked, ()) = soon(async { tokio::join!(client.ask(Intent::Quit), ending) }).await;
        asked.unwrap();
        assert_eq!(soon(client.receiver.next()).await.unwrap(), None);
    }
}

#[tokio::test]
async fn more_connections_than_allowed_are_turned_away_in_words_and_harm_nobody() {
    let dir = TempDir::new().unwrap();
    let (server, _requests) = Server::bind(socket_path(&dir)).unwrap();
    server.publish(view("here"));
    let mut open = Vec::new();
    for _ in 0..MAX_CONNECTIONS {
        let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
        soon(client.view()).await.unwrap();
        open.push(client);
    }
    for _ in 0..1_000 {
        let mut late = Client::connect(&socket_path(&dir)).await.unwrap();
        match soon(late.view()).await {
            Err(error @ AskError::Full) => {
                assert!(error.to_string().starts_with("Deskbell serves 32 windows and terminals already."));
            }
            // It was refused before it had asked.
            Err(AskError::Ended | AskError::Line(LineError::Io(_))) => {}
            other => panic!("{other:?}"),
        }
    }
    server.publish(view("still here"));
    assert_eq!(soon(open[0].view()).await.unwrap().headline, "still here");
    open.pop();
    loop {
        // The server may not have noticed yet that the other one has ended.
        let mut next = Client::connect(&socket_path(&dir)).await.unwrap();
        match soon(next.view()).await {
            Ok(view) => break assert_eq!(view.headline, "still here"),
            Err(AskError::Full | AskError::Ended | AskError::Line(LineError::Io(_))) => {}
            Err(other) => panic!("{other:?}"),
        }
    }
}

#[tokio::test]
async fn a_line_without_end_and_a_reader_that_never_reads_cost_nobody_else_anything() {
    let dir = TempDir::new().unwrap();
    let (server, _requests) = Server::bind(socket_path(&dir)).unwrap();
    let mut deaf = Client::connect(&socket_path(&dir)).await.unwrap();
    deaf.sender.watch().await.unwrap();
    let mut endless = UnixStream::connect(socket_path(&dir).socket()).await.unwrap();
    let piece = vec![b'['; 64 * 1024];
    let sent = soon(async {
        let mut sent = 0;
        while endless.write_all(&piece).await.is_ok() {
            sent += piece.len();
        }
        sent
    })
    .await;
    assert!(sent <= 2 * crate::LINE_BYTES, "{sent} bytes were taken in");
    for number in 0..1_000 {
        server.publish(view(&"x".repeat(number)));
    }
    let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
    assert_eq!(soon(client.view()).await.unwrap().headline.len(), 999);
}

/// Publishes views until this reader's connection is full of them, which it does not read.
async fn fill(server: &Server, deaf: &mut Client) {
    deaf.sender.watch().await.unwrap();
    for number in 0..200 {
        // Far more in total than a socket holds.
        server.publish(view(&format!("{number}{}", "x".repeat(100_000))));
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_reader_that_lets_its_answers_pile_up_is_cut_off_and_no_answer_is_missing_before_that() {
    let dir = TempDir::new().unwrap();
    let (server, mut requests) = Server::bind(socket_path(&dir)).unwrap();
    let mut slow = Client::connect(&socket_path(&dir)).await.unwrap();
    slow.sender.report(WindowReport::NeedPortal).await.unwrap();
    let Some(Request::Window { window, .. }) = soon(requests.recv()).await else { panic!("no report") };
    fill(&server, &mut slow).await;
    let order = ToWindow::Portal { address: Ok("a".repeat(10_000)) };
    for _ in 0..10 * MAX_QUEUED_LINES {
        window.send(order.clone());
    }
    let Some(Request::WindowGone(gone)) = soon(requests.recv()).await else { panic!("it was not cut off") };
    assert_eq!(gone, window.connection());
    loop {
        // The lines in its socket are complete; then the connection ends.
        match soon(slow.receiver.next()).await {
            Ok(Some(FromAgent::View(_) | FromAgent::Window(_))) => {}
            Ok(None) | Err(LineError::Io(_)) => break,
            other => panic!("{other:?}"),
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_only_watches_and_never_reads_gives_its_place_up() {
    let dir = TempDir::new().unwrap();
    let (server, mut requests) = Server::bind(socket_path(&dir)).unwrap();
    let mut deaf = Client::connect(&socket_path(&dir)).await.unwrap();
    deaf.sender.report(WindowReport::NeedPortal).await.unwrap();
    let _report = requests.recv().await.expect("the report");
    fill(&server, &mut deaf).await;
    assert!(matches!(requests.recv().await, Some(Request::WindowGone(_))));
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_ever_for_an_agent_that_does_not_answer() {
    let dir = TempDir::new().unwrap();
    let (_server, mut requests) = Server::bind(socket_path(&dir)).unwrap();
    let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
    let refused = client.view().await.unwrap_err().to_string();
    assert!(refused.starts_with("Deskbell runs, but has not answered within 10 s."), "{refused}");
    let (asked, request) = tokio::join!(client.ask(Intent::Online), requests.recv());
    assert!(matches!(asked, Err(AskError::NoAnswer(ANSWER_WITHIN))), "{asked:?}");
    drop(request);
    assert!(matches!(client.ended().await, Err(AskError::NoAnswer(END_WITHIN))));
}

#[tokio::test]
async fn a_reply_that_is_dropped_answers_all_the_same() {
    let dir = TempDir::new().unwrap();
    let (_server, mut requests) = Server::bind(socket_path(&dir)).unwrap();
    let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
    let dropping = async { drop(requests.recv().await) };
    let (asked, ()) = soon(async { tokio::join!(client.ask(Intent::Online), dropping) }).await;
    assert!(matches!(asked.unwrap(), Answer::Failed { .. }));
}

#[tokio::test]
async fn who_asks_without_waiting_for_answers_is_read_no_further_and_then_answered_in_full() {
    let dir = TempDir::new().unwrap();
    let (_server, mut requests) = Server::bind(socket_path(&dir)).unwrap();
    let mut client = Client::connect(&socket_path(&dir)).await.unwrap();
    for _ in 0..3 * MAX_UNANSWERED {
        client.sender.intent(Intent::Online).await.unwrap();
    }
    let mut replies = Vec::new();
    for _ in 0..MAX_UNANSWERED {
        let Some(Request::Intent { reply, .. }) = soon(requests.recv()).await else { panic!("no intent") };
        replies.push(reply);
    }
    assert!(requests.try_recv().is_err(), "no further one is read");
    for answered in 1..=3 * MAX_UNANSWERED {
        let reply = if replies.is_empty() {
            let Some(Request::Intent { reply, .. }) = soon(requests.recv()).await else {
                panic!("no intent")
            };
            reply
        } else {
            replies.remove(0)
        };
        reply.send(Answer::Done { note: Some(answered.to_string()) });
        let Some(FromAgent::Answer { answer, .. }) = soon(client.receiver.next()).await.unwrap() else {
            panic!()
        };
        assert_eq!(answer, Answer::Done { note: Some(answered.to_string()) });
    }
}

/// Connects as soon as somebody listens.
async fn connect(socket_path: &SocketPath) -> Client {
    soon(async {
        loop {
            match Client::connect(socket_path).await {
                Ok(client) => return client,
                Err(_) => tokio::task::yield_now().await,
            }
        }
    })
    .await
}

#[tokio::test]
async fn a_socket_whose_file_is_removed_is_made_again_and_stays_one_agents() {
    let dir = TempDir::new().unwrap();
    let (server, _requests) = Server::bind(socket_path(&dir)).unwrap();
    server.publish(view("here"));
    let mut before = Client::connect(&socket_path(&dir)).await.unwrap();
    let remove_file = || std::fs::remove_file(socket_path(&dir).socket());
    let remove_both = || {
        std::fs::remove_file(socket_path(&dir).lock())
            .and_then(|()| std::fs::remove_file(socket_path(&dir).socket()))
    };
    let remove_folder = || std::fs::remove_dir_all(socket_path(&dir).folder());
    let put_another_in_its_place = || {
        std::fs::rename(socket_path(&dir).socket(), dir.path().join("elsewhere"))?;
        drop(std::os::unix::net::UnixListener::bind(socket_path(&dir).socket())?);
        Ok(())
    };
    let ways: [&dyn Fn() -> io::Result<()>; 4] =
        [&remove_file, &remove_both, &remove_folder, &put_another_in_its_place];
    for remove in ways.into_iter().cycle().take(12) {
        remove().unwrap();
        let mut after = connect(&socket_path(&dir)).await;
        assert_eq!(soon(after.view()).await.unwrap().headline, "here");
        assert!(matches!(Server::bind(socket_path(&dir)), Err(BindError::AlreadyRunning)));
    }
    assert_eq!(soon(before.view()).await.unwrap().headline, "here", "open connections go on");
    server.close().await;
    assert!(!socket_path(&dir).socket().exists());
}

// One failed repair counted as intact: the agent gave up lock and socket for good, and a second one could start.
#[tokio::test(start_paused = true)]
async fn a_socket_that_could_not_be_made_again_is_made_later_and_no_second_agent_starts_meanwhile() {
    let dir = TempDir::new().unwrap();
    let at = socket_path(&dir);
    let (claim, _listener) = Claim::acquire(socket_path(&dir)).unwrap();
    let claim = Arc::new(claim);
    let mut guard = Guard::new(Arc::clone(&claim));
    let rests = async |guard: &mut Guard| {
        tokio::time::timeout(Duration::from_secs(60), guard.restored()).await.is_err()
    };

    std::fs::remove_file(at.socket()).unwrap();
    std::fs::create_dir(at.socket()).unwrap();
    assert!(rests(&mut guard).await);
    assert!(!claim.is_intact());
    assert!(
        matches!(Server::bind(socket_path(&dir)), Err(BindError::AlreadyRunning)),
        "the lock is still ours"
    );
    std::fs::remove_dir(at.socket()).unwrap();
    let _listener = guard.restored().await;
    assert!(claim.is_intact());

    // The lock cannot be made either.
    std::fs::remove_file(at.lock()).unwrap();
    std::fs::remove_file(at.socket()).unwrap();
    std::fs::create_dir(at.lock()).unwrap();
    assert!(rests(&mut guard).await);
    assert!(!claim.is_intact());
    std::fs::remove_dir(at.lock()).unwrap();
    let _listener = guard.restored().await;
    assert!(matches!(Server::bind(socket_path(&dir)), Err(BindError::AlreadyRunning)));

    // There is a file where the folder was.
    std::fs::remove_dir_all(at.folder()).unwrap();
    std::fs::write(at.folder(), "").unwrap();
    assert!(rests(&mut guard).await);
    std::fs::remove_file(at.folder()).unwrap();
    let _listener = guard.restored().await;
    assert!(claim.is_intact());
}

#[test]
fn a_seat_that_was_freed_is_not_taken_again() {
    let dir = TempDir::new().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let _entered = runtime.enter();
    let (claim, _listener) = Claim::acquire(socket_path(&dir)).unwrap();
    claim.free();
    assert!(claim.restore().unwrap().is_none());
    assert!(claim.is_intact());
    assert!(Claim::acquire(socket_path(&dir)).is_ok());
}
