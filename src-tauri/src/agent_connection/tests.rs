//! The connection against the agent's real end of the socket. There is no agent program beside a test program, so starting
//! one fails.

use super::*;
use agent::view::Page;
use local::server::{Request, Server};
use std::sync::Arc;
use tempfile::TempDir;

/// Longer than any of this takes on a loaded machine.
const DEADLINE: Duration = Duration::from_secs(30);

struct Rig {
    socket_path: SocketPath,
    up: mpsc::Sender<Outgoing>,
    inputs: mpsc::Receiver<Input>,
    _folder: TempDir,
}

impl Rig {
    fn new() -> Self {
        let folder = TempDir::new().unwrap();
        Self::at(SocketPath::at(folder.path().join("run/a.sock")), folder)
    }

    /// With an agent that listens from the beginning.
    fn with_agent() -> (Self, Server, mpsc::Receiver<Request>) {
        let folder = TempDir::new().unwrap();
        let socket_path = SocketPath::at(folder.path().join("run/a.sock"));
        let (server, requests) = Server::bind(socket_path.clone()).unwrap();
        (Self::at(socket_path, folder), server, requests)
    }

    fn at(socket_path: SocketPath, folder: TempDir) -> Self {
        let (up, lines) = mpsc::channel(MAX_QUEUED_UP);
        let (into, inputs) = mpsc::channel(8);
        tokio::spawn(keep(socket_path.clone(), Profile::default(), lines, into));
        Self { socket_path, up, inputs, _folder: folder }
    }

    async fn next(&mut self) -> Input {
        timeout(DEADLINE, self.inputs.recv()).await.expect("in time").expect("the connection lives")
    }
}

async fn take(requests: &mut mpsc::Receiver<Request>) -> Request {
    timeout(DEADLINE, requests.recv()).await.expect("in time").expect("the agent lives")
}

#[tokio::test]
async fn carries_views_down_and_intents_up_and_answers_back() {
    let (mut rig, server, mut requests) = Rig::with_agent();
    assert!(matches!(rig.next().await, Input::Linked));
    server.publish(Arc::new(*crate::desk::tests::view()));
    assert!(matches!(rig.next().await, Input::View(_)));
    let up = rig.up.clone();
    let asked = tokio::spawn(async move { ask(&up, Intent::Online).await });
    let Request::Intent { intent: Intent::Online, reply } = take(&mut requests).await else { panic!() };
    reply.send(Answer::Done { note: Some("So be it.".into()) });
    assert_eq!(asked.await.unwrap(), Answer::Done { note: Some("So be it.".into()) });
}

#[tokio::test]
async fn a_report_has_reached_the_agent_when_it_counts_as_written() {
    let (mut rig, _server, mut requests) = Rig::with_agent();
    assert!(matches!(rig.next().await, Input::Linked));
    let (done, written) = oneshot::channel();
    rig.up.send(Outgoing::Report(WindowReport::Closed)).await.unwrap();
    rig.up.send(Outgoing::Written(done)).await.unwrap();
    timeout(DEADLINE, written).await.expect("in time").unwrap();
    let Request::Window { report, .. } = take(&mut requests).await else { panic!() };
    assert_eq!(report, WindowReport::Closed);
}

#[tokio::test]
async fn an_agent_that_comes_back_by_itself_is_met_again() {
    let (mut rig, server, requests) = Rig::with_agent();
    assert!(matches!(rig.next().await, Input::Linked));
    drop((server, requests));
    assert!(matches!(rig.next().await, Input::Unlinked));
    let _back = Server::bind(rig.socket_path.clone()).unwrap();
    assert!(matches!(rig.next().await, Input::Linked));
}

#[tokio::test]
async fn what_is_wanted_without_an_agent_is_answered_at_once() {
    let (mut rig, server, requests) = Rig::with_agent();
    assert!(matches!(rig.next().await, Input::Linked));
    drop((server, requests));
    assert!(matches!(rig.next().await, Input::Unlinked));
    let page = Page::Portal { chat: None };
    let answer = timeout(DEADLINE, ask(&rig.up, Intent::Open { page })).await.expect("in time");
    assert_eq!(answer, Answer::Failed { message: words::nobody_answers() });
}

#[tokio::test]
async fn an_agent_that_cannot_be_started_is_given_up_in_words() {
    let mut rig = Rig::new();
    let Input::GaveUp(why) = rig.next().await else { panic!() };
    assert!(why.contains("deskbell") && why.contains("cannot be run"), "{why}");
    // Waiting for the last messages to be written ends.
    let (done, written) = oneshot::channel();
    rig.up.send(Outgoing::Written(done)).await.unwrap();
    timeout(DEADLINE, written).await.expect("in time").unwrap();
}

/// An agent that sends these lines to the first program that connects, and ends.
async fn agent_that_says(socket_path: &SocketPath, said: &[FromAgent]) {
    use tokio::io::AsyncWriteExt as _;
    let listener = tokio::net::UnixListener::bind(socket_path.socket()).unwrap();
    let (mut stream, _) = timeout(DEADLINE, listener.accept()).await.expect("in time").unwrap();
    for message in said {
        stream.write_all(format!("{}\n", serde_json::to_string(message).unwrap()).as_bytes()).await.unwrap();
    }
}

// A report that the agent did not read any more hid the order, and the window started the agent again.
#[tokio::test]
async fn an_agent_that_told_the_window_to_quit_before_it_ended_is_not_started_again() {
    let folder = TempDir::new().unwrap();
    std::fs::create_dir(folder.path().join("run")).unwrap();
    let socket_path = SocketPath::at(folder.path().join("run/a.sock"));
    let agent = socket_path.clone();
    let agent =
        tokio::spawn(async move { agent_that_says(&agent, &[FromAgent::Window(ToWindow::Quit)]).await });
    while !socket_path.socket().exists() {
        tokio::task::yield_now().await;
    }
    let (up, lines) = mpsc::channel(MAX_QUEUED_UP);
    // Nobody takes the first input before the agent is gone.
    let (into, mut inputs) = mpsc::channel(1);
    into.send(Input::NoneLeft).await.unwrap();
    let keeping = tokio::spawn(keep(socket_path, Profile::default(), lines, into));
    up.send(Outgoing::Report(WindowReport::Input)).await.unwrap();
    agent.await.unwrap();
    assert!(matches!(inputs.recv().await, Some(Input::NoneLeft)));
    assert!(matches!(inputs.recv().await, Some(Input::Linked)));
    assert!(matches!(inputs.recv().await, Some(Input::Order(ToWindow::Quit))));
    timeout(DEADLINE, keeping).await.expect("nothing is started").unwrap();
    assert!(inputs.recv().await.is_none());
}
