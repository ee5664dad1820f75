//! Keeps the connection to the agent: reconnects when it is lost, and restarts the agent if it is gone.
//!
//! Moves messages both ways. It does not know about windows, or what a message means.

use crate::desk::Input;
use crate::starter;
use crate::words;
use agent::view::{Answer, Intent, RequestId, ToWindow, WindowReport};
use local::client::{AskError, Client, ConnectError};
use local::socket_path::{Profile, SocketPath};
use local::{FromAgent, LineError, ToAgent};
use std::collections::HashMap;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{Instant, sleep, timeout};

/// How many messages may wait for the agent: people cause few, and there is at most one report a second.
pub const MAX_QUEUED_UP: usize = 64;
/// How many intents may wait for their answers: a person has a handful in progress.
const MAX_ASKED: usize = 32;
/// How long an intent may take: signing in asks the service over the network.
const ANSWER_WITHIN: Duration = Duration::from_secs(40);
/// How long an agent that was running may be gone before it is started: an update brings it back by itself.
const COMES_BACK_WITHIN: Duration = Duration::from_secs(1);
/// How long a newly started agent may take until it listens: it takes milliseconds, or seconds on a machine that swaps.
const LISTENS_WITHIN: Duration = Duration::from_secs(10);
/// How long to read on after a write has failed: what is read was written before, and waits in the socket.
const REST_WITHIN: Duration = Duration::from_secs(1);
/// How often to try a socket that does not exist yet.
const TRY_EVERY: Duration = Duration::from_millis(50);
/// How often the agent may be started, or a connection end at once, before giving up.
const MAX_VAIN: u32 = 4;
/// After a connection that lasted this long, the count begins again.
const GOOD_AFTER: Duration = Duration::from_secs(10);

/// A message to the agent.
#[derive(Debug)]
pub enum Outgoing {
    /// A report.
    Report(WindowReport),
    /// An intent, and who waits for its answer.
    Ask(Intent, oneshot::Sender<Answer>),
    /// Answered when everything before it has been written.
    Written(oneshot::Sender<()>),
}

/// Sends an intent and waits for its answer.
pub async fn ask(up: &mpsc::Sender<Outgoing>, intent: Intent) -> Answer {
    let failed = |message: &str| Answer::Failed { message: message.to_owned() };
    let (reply, answer) = oneshot::channel();
    if up.try_send(Outgoing::Ask(intent, reply)).is_err() {
        return failed(&words::too_many());
    }
    match timeout(ANSWER_WITHIN, answer).await {
        Ok(Ok(answer)) => answer,
        Ok(Err(_)) => failed(&words::nobody_answers()),
        Err(_) => failed(&words::no_answer()),
    }
}

/// Keeps the connection until the window ends or the agent is given up.
pub async fn keep(
    socket_path: SocketPath,
    profile: Profile,
    mut up: mpsc::Receiver<Outgoing>,
    inputs: mpsc::Sender<Input>,
) {
    let mut vain = 0;
    let mut known = false;
    let mut last_error = None;
    loop {
        let reached = tokio::select! {
            reached = reach(&socket_path, &profile, &mut vain, known, last_error.take()) => reached,
            () = refuse(&mut up) => return,
        };
        let client = match reached {
            Ok(client) => client,
            Err(why) => {
                tracing::error!(why, "the agent is given up");
                if inputs.send(Input::GaveUp(why)).await.is_ok() {
                    refuse(&mut up).await;
                }
                return;
            }
        };
        known = true;
        let since = Instant::now();
        match serve(client, &mut up, &inputs).await {
            Ended::Lost(why) => {
                tracing::warn!(why, "the connection to the agent is lost");
                last_error = Some(why);
            }
            Ended::ForGood => return,
        }
        vain = if since.elapsed() >= GOOD_AFTER { 0 } else { vain + 1 };
        if inputs.send(Input::Unlinked).await.is_err() {
            return;
        }
    }
}

/// How a connection ended.
enum Ended {
    Lost(String),
    /// The window has ended, or the agent has told it to.
    ForGood,
}

/// Moves messages both ways.
async fn serve(client: Client, up: &mut mpsc::Receiver<Outgoing>, inputs: &mpsc::Sender<Input>) -> Ended {
    let Client { mut receiver, mut sender } = client;
    if inputs.send(Input::Linked).await.is_err() {
        return Ended::ForGood;
    }
    let mut heard = Heard { inputs, asked: HashMap::new(), told_to_quit: false };
    let mut sent = sender.watch().await;
    loop {
        if let Err(error) = sent {
            // What the agent wrote before it ended still counts: it may have told the window to quit.
            let rest = async { while let Ok(()) = heard.take(receiver.next().await).await {} };
            _ = timeout(REST_WITHIN, rest).await;
            return heard.ended(error.to_string());
        }
        sent = tokio::select! {
            message = receiver.next() => match heard.take(message).await {
                Ok(()) => Ok(()),
                Err(ended) => return ended,
            },
            next = up.recv() => match next {
                None => return Ended::ForGood,
                Some(Outgoing::Report(report)) => sender.send(&ToAgent::Window(report)).await,
                Some(Outgoing::Ask(intent, reply)) => {
                    heard.asked.retain(|_, waiting| !waiting.is_closed());
                    if heard.asked.len() >= MAX_ASKED {
                        drop(reply.send(Answer::Failed { message: words::too_many() }));
                        Ok(())
                    } else {
                        sender.intent(intent).await.map(|id| { heard.asked.insert(id, reply); })
                    }
                }
                Some(Outgoing::Written(done)) => { _ = done.send(()); Ok(()) }
            }
        };
    }
}

/// Passes on what the agent says.
struct Heard<'a> {
    inputs: &'a mpsc::Sender<Input>,
    asked: HashMap<RequestId, oneshot::Sender<Answer>>,
    /// An agent that is gone after that is not started again.
    told_to_quit: bool,
}

impl Heard<'_> {
    async fn take(&mut self, message: Result<Option<FromAgent>, LineError>) -> Result<(), Ended> {
        let input = match message {
            Ok(Some(FromAgent::View(view))) => Input::View(view),
            Ok(Some(FromAgent::Window(order))) => {
                self.told_to_quit |= matches!(order, ToWindow::Quit);
                Input::Order(order)
            }
            Ok(Some(FromAgent::Answer { id, answer })) => {
                // The sender may have stopped waiting.
                if let Some(reply) = self.asked.remove(&id) {
                    drop(reply.send(answer));
                }
                return Ok(());
            }
            Ok(Some(FromAgent::Full)) => return Err(self.ended(AskError::Full.to_string())),
            Ok(None) => return Err(self.ended("it ended".to_owned())),
            Err(error) => return Err(self.ended(error.to_string())),
        };
        self.inputs.send(input).await.map_err(|_| Ended::ForGood)
    }

    fn ended(&self, why: String) -> Ended {
        if self.told_to_quit { Ended::ForGood } else { Ended::Lost(why) }
    }
}

/// Connects; starts the agent if nobody listens. `known`: an agent was running a moment ago.
async fn reach(
    socket_path: &SocketPath,
    profile: &Profile,
    vain: &mut u32,
    known: bool,
    last_error: Option<String>,
) -> Result<Client, String> {
    let mut why = last_error;
    let mut patience = if known { COMES_BACK_WITHIN } else { Duration::ZERO };
    loop {
        // An agent that always hangs up is useless.
        if *vain >= MAX_VAIN {
            return Err(why.unwrap_or_else(|| "it does not answer".to_owned()));
        }
        match try_for(socket_path, patience).await {
            Ok(client) => return Ok(client),
            Err(ConnectError::NotRunning) => {}
            Err(error @ ConnectError::Io(_)) => why = Some(error.to_string()),
        }
        *vain += 1;
        tracing::info!("starting the agent");
        let end = starter::start(profile).map_err(|error| error.to_string())?;
        tokio::select! {
            reached = try_for(socket_path, LISTENS_WITHIN) => if let Ok(client) = reached { return Ok(client) },
            // It may have handed over to another agent, which is then running; if not, wait a moment before the next start.
            _ = end => why = Some("it ended as soon as it was started".to_owned()),
        }
        patience = COMES_BACK_WITHIN;
    }
}

async fn try_for(socket_path: &SocketPath, patience: Duration) -> Result<Client, ConnectError> {
    let until = Instant::now() + patience;
    loop {
        match Client::connect(socket_path).await {
            Ok(client) => return Ok(client),
            Err(error) if Instant::now() >= until => return Err(error),
            Err(_) => sleep(TRY_EVERY).await,
        }
    }
}

/// Answers messages while the agent is not connected; ends with the window.
async fn refuse(up: &mut mpsc::Receiver<Outgoing>) {
    while let Some(next) = up.recv().await {
        match next {
            // Reported again when the connection is back.
            Outgoing::Report(_) => {}
            Outgoing::Ask(_, reply) => {
                drop(reply.send(Answer::Failed { message: words::nobody_answers() }));
            }
            Outgoing::Written(done) => _ = done.send(()),
        }
    }
}

#[cfg(test)]
mod tests;
