//! Ten thousand silent connections: meanwhile a technician and a client are served as usual, somebody new gets in, each connection costs
//! little memory, and all of them are closed soon.
//!
//! How many of them are open at once depends on the machine: on a slow one, the first are closed before the last arrive.
#![allow(clippy::unwrap_used, reason = "a failure to do so fails the test")]
#![cfg(target_os = "linux")]

mod common;

use common::program::{AT_ONCE, Bystanders, Folder, Serving, eventually, promptly};
use common::raw::{Raw, closed};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::time::{Duration, Instant};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use uuid::Uuid;

/// The number of silent connections.
const CROWD: usize = 10_000;
/// How many of them connect at the same time.
const COMING: usize = 100;
/// After how many of them the bystanders talk: one of them sends three frames each time, and the service takes 50 at once, however fast
/// the crowd arrives.
const SERVED_EVERY: usize = 1_000;
/// How many of them have to be open at once before the memory per connection means anything: the service's fixed costs are then small in
/// comparison.
const TELLING: usize = 1_000;
/// Most memory that one of them may cost, in KiB: task, timers and buffers, in an unoptimised build.
const KIB_EACH: u64 = 24;
/// How long the last of them may stay open: 10 s for its head, and some more for a machine that closes thousands at that moment.
const GONE_WITHIN: Duration = Duration::from_secs(25);

/// How a connection is silent.
#[derive(Clone, Copy)]
enum Silent {
    /// Upgraded, without hello.
    Socket,
    /// In the middle of a request's head.
    HalfHead,
    /// Not a byte.
    Nothing,
}

async fn stand(address: String, how: Silent) -> TcpStream {
    match how {
        Silent::Socket => Raw::open(&address, "").await.unwrap().stream,
        Silent::HalfHead => {
            let mut stream = TcpStream::connect(&address).await.unwrap();
            stream.write_all(b"GET /connect HTTP/1.1\r\nhost: local").await.unwrap();
            stream
        }
        Silent::Nothing => TcpStream::connect(&address).await.unwrap(),
    }
}

/// Lets this process, and the service that it starts, open a file for each connection.
fn open_many_files() {
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    setrlimit(Resource::Nofile, raised).unwrap();
    let enough = CROWD as u64 + 500;
    let files = raised.maximum.unwrap_or(u64::MAX);
    assert!(files >= enough, "this test opens {enough} files, and may open {files}: raise it (ulimit -Hn)");
}

/// The most connections seen at once, and the most memory.
struct Peak {
    before: (usize, u64),
    stood: usize,
    kib: u64,
}

impl Peak {
    fn new(serving: &Serving) -> Self {
        Self { before: (serving.files(), serving.status("VmRSS")), stood: 0, kib: 0 }
    }

    fn look(&mut self, serving: &Serving) {
        let (files, kib) = self.before;
        self.stood = self.stood.max(serving.files().saturating_sub(files));
        self.kib = self.kib.max(serving.status("VmRSS").saturating_sub(kib));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_silent_connections_delay_nobody_cost_little_and_are_closed_soon() {
    open_many_files();
    let folder = Folder::new();
    let serving = folder.serve();
    let mut bystanders = Bystanders::join(&folder, &serving).await;
    let eve = folder.sign_in(&serving, &["--role", "client", "--name", "Eve", "--company", "Contoso"]);
    let mut peak = Peak::new(&serving);
    let begun = Instant::now();
    let mut slowest = Duration::ZERO;
    let mut coming = JoinSet::new();
    let mut crowd = Vec::with_capacity(CROWD);
    // Those that may stay longest come first.
    for index in 0..CROWD {
        let how = match index * 3 / CROWD {
            0 => Silent::Nothing,
            1 => Silent::HalfHead,
            _ => Silent::Socket,
        };
        coming.spawn(stand(serving.address.clone(), how));
        if coming.len() >= COMING {
            crowd.push(coming.join_next().await.unwrap().unwrap());
        }
        if index % SERVED_EVERY == 0 {
            slowest = slowest.max(bystanders.are_served().await);
            peak.look(&serving);
        }
    }
    while let Some(came) = coming.join_next().await {
        crowd.push(came.unwrap());
    }
    let came_within = begun.elapsed();
    peak.look(&serving);
    // Somebody new gets in, and is served.
    let mut newcomer = serving.connect(&eve, Uuid::new_v4()).await;
    let let_in = promptly(newcomer.until("synced")).await;
    slowest = slowest.max(bystanders.are_served().await);
    peak.look(&serving);
    let Peak { stood, kib, .. } = peak;
    println!("{stood} at once, all within {came_within:?}, {kib} KiB for them");
    println!("the slowest step took {slowest:?}; somebody new was in within {let_in:?}");
    assert!(stood >= TELLING, "{stood} stood there at once, after {came_within:?}");
    assert!(kib <= KIB_EACH * stood as u64, "{kib} KiB for {stood}");
    let last_came = Instant::now();
    let mut leaving: JoinSet<()> = crowd.into_iter().map(closed).collect();
    while !leaving.is_empty() {
        tokio::select! {
            _ = leaving.join_next() => {}
            _ = tokio::time::sleep(AT_ONCE) => { bystanders.are_served().await; }
        }
    }
    let gone = last_came.elapsed();
    println!("all were gone {gone:?} after the last had come");
    assert!(gone < GONE_WITHIN, "{gone:?}");
    let (files, _) = peak.before;
    // The newcomer stays, and the database may have opened files that it keeps.
    eventually("their files are closed", || serving.files() <= files + 3).await;
    bystanders.are_served().await;
}
