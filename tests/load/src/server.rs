//! The process that is measured: how it is started, and what it has used so far.

use anyhow::{Context, Result, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// How long the metrics may take on a loaded machine.
const METRICS_WITHIN: Duration = Duration::from_secs(10);

/// Which one it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The live chat service.
    Ours,
    /// A bare axum WebSocket server.
    Peer,
}

/// A server that listens; it is killed when it is dropped.
pub(crate) struct Server {
    pub(crate) kind: Kind,
    pub(crate) address: SocketAddr,
    /// Where the service's metrics are; a bare server has none.
    metrics: Option<SocketAddr>,
    child: Child,
    /// Kept open: a server whose output leads nowhere may end.
    _output: BufReader<ChildStdout>,
}

/// Processor time so far.
#[derive(Clone, Debug)]
pub(crate) struct Used {
    /// Of each thread that lives, in nanoseconds.
    threads: BTreeMap<u32, u64>,
    /// Of the process with the threads that have ended, in steps of 10 ms.
    process: Duration,
}

impl Server {
    /// Starts one; the service on a data folder, with its metrics and its usual log, as it runs for people.
    pub(crate) fn start(kind: Kind, program: &Path, data: Option<&TempDir>) -> Result<Self> {
        let mut command = Command::new(program);
        if let Some(data) = data {
            command.args(["serve", "--listen", "127.0.0.1:0", "--metrics", "127.0.0.1:0", "--data"]);
            command.arg(data.path());
        }
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let mut output = BufReader::new(child.stdout.take().context("its output is a pipe")?);
        let (address, metrics) = addresses(&mut output)?;
        Ok(Self { kind, address, metrics, child, _output: output })
    }

    /// Tells the service to end, and waits until it has.
    pub(crate) fn end(mut self) -> Result<()> {
        let id = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(id, rustix::process::Signal::TERM).context("telling it to end")?;
        let status = self.child.wait().context("waiting for its end")?;
        ensure!(status.success(), "it ended with {status}");
        Ok(())
    }

    /// Memory of the process in KiB: its proportional set.
    pub(crate) fn memory_kib(&self) -> Result<u64> {
        rig::proc::pss_kib(self.child.id())
    }

    /// Memory that the process has filled itself, in KiB: the program's own pages are left out.
    pub(crate) fn filled_kib(&self) -> Result<u64> {
        rig::proc::anonymous_kib(self.child.id())
    }

    /// What it has used so far.
    pub(crate) fn used(&self) -> Result<Used> {
        let mut threads = BTreeMap::new();
        let folder = format!("/proc/{}/task", self.child.id());
        for entry in fs::read_dir(&folder).with_context(|| format!("reading {folder}"))? {
            let name = entry?.file_name();
            let id: u32 = name.to_string_lossy().parse().context("a thread's id")?;
            // One that ends just now is counted by the process.
            let Ok(text) = fs::read_to_string(format!("{folder}/{id}/schedstat")) else { continue };
            let nanos =
                text.split(' ').next().and_then(|word| word.parse().ok()).context("reading schedstat")?;
            threads.insert(id, nanos);
        }
        let text = self.read("stat")?;
        // Behind the name, which may hold anything; user and system time are the 14th and 15th.
        let (_, fields) = text.rsplit_once(')').context("reading stat")?;
        let ticks: u64 = fields
            .split_whitespace()
            .skip(11)
            .take(2)
            .map(|word| word.parse::<u64>().context("reading processor time"))
            .sum::<Result<u64>>()?;
        Ok(Used { threads, process: Duration::from_millis(10 * ticks) })
    }

    /// What the service counts under this name, without labels.
    pub(crate) fn metric(&self, name: &str) -> Result<f64> {
        let address = self.metrics.context("a bare server has no metrics")?;
        let mut stream = TcpStream::connect(address).context("connecting to the metrics")?;
        stream.set_read_timeout(Some(METRICS_WITHIN)).context("setting a limit")?;
        stream
            .write_all(b"GET /metrics HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n")
            .context("asking for the metrics")?;
        let mut text = String::new();
        stream.read_to_string(&mut text).context("reading the metrics")?;
        let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
        let value = value.with_context(|| format!("there is no metric {name}"))?;
        value.trim().parse().with_context(|| format!("reading {name} of {value:?}"))
    }

    fn read(&self, file: &str) -> Result<String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        fs::read_to_string(&path).with_context(|| format!("reading {path}; has the server ended?"))
    }
}

/// Where it listens and where its metrics are, as it says itself: the latter comes first.
fn addresses(output: &mut impl BufRead) -> Result<(SocketAddr, Option<SocketAddr>)> {
    let mut metrics = None;
    let mut line = String::new();
    loop {
        line.clear();
        output.read_line(&mut line).context("reading where it listens")?;
        let read =
            |address: &str| address.parse().with_context(|| format!("reading the address {address:?}"));
        let said = line.trim_end();
        if let Some(address) = said.strip_prefix("metrics on http://") {
            metrics = Some(read(address.trim_end_matches("/metrics"))?);
            continue;
        }
        let address = said.strip_prefix("listening on http://");
        let address = address.with_context(|| format!("it does not listen, but says {line:?}"))?;
        return Ok((read(address)?, metrics));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Used {
    /// What was used since: of all threads. Where one has ended meanwhile, only the process knows, in steps of 10 ms.
    pub(crate) fn since(&self, before: &Self) -> Result<Duration> {
        if before.threads.keys().all(|id| self.threads.contains_key(id)) {
            let sum = |used: &Self| used.threads.values().sum::<u64>();
            return Ok(Duration::from_nanos(sum(self).saturating_sub(sum(before))));
        }
        ensure!(self.process >= before.process, "processor time runs backwards");
        Ok(self.process.saturating_sub(before.process))
    }
}
