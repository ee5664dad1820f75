//! The live chat service as it was built, on a data folder, and its administrator.

use crate::process::Program;
use crate::programs;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

/// How long the service may take to listen on a loaded machine.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// How long the service may take to end when it is asked to.
const ENDS_WITHIN: Duration = Duration::from_secs(15);

/// A running service; it ends when it is dropped.
#[derive(Debug)]
pub struct Service {
    program: Option<Program>,
    data: PathBuf,
    logs: PathBuf,
    address: String,
    port: u16,
    flags: Vec<String>,
}

impl Service {
    /// Starts it on a data folder, at a free port of loopback; its output goes to `logs`.
    ///
    /// # Errors
    /// When it does not listen in time.
    pub async fn start(data: &Path, logs: &Path) -> Result<Self> {
        Self::start_with(data, logs, 0, &[]).await
    }

    /// The same at a given port, with further flags for `serve`.
    ///
    /// # Errors
    /// When it does not listen in time.
    pub async fn start_with(data: &Path, logs: &Path, port: u16, flags: &[&str]) -> Result<Self> {
        let mut service = Self {
            program: None,
            data: data.to_owned(),
            logs: logs.to_owned(),
            address: String::new(),
            port,
            flags: flags.iter().map(|flag| (*flag).to_owned()).collect(),
        };
        service.restart().await?;
        Ok(service)
    }

    /// Its address, for instance `http://127.0.0.1:40000`.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// Its port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> &Path {
        &self.data
    }

    /// Kills it, as a crash would.
    pub fn kill9(&mut self) {
        if let Some(mut program) = self.program.take() {
            program.kill9();
        }
    }

    /// Asks it to end and waits for that.
    ///
    /// # Errors
    /// When it does not end by itself in time.
    pub async fn stop(&mut self) -> Result<()> {
        let Some(mut program) = self.program.take() else { return Ok(()) };
        program.terminate();
        program.wait(ENDS_WITHIN).await?;
        Ok(())
    }

    /// Starts it again at the same port, killing the one that runs.
    ///
    /// # Errors
    /// When it does not listen in time.
    pub async fn restart(&mut self) -> Result<()> {
        self.kill9();
        // Each start has an output of its own: the address is read from it.
        let log = format!("service-{}", uuid::Uuid::new_v4().simple());
        let mut program = Program::spawn(
            &log,
            Command::new(programs::service()?)
                .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port), "--data"])
                .arg(&self.data)
                .arg("--config")
                .arg(self.settings()?)
                .args(&self.flags),
            &self.logs,
        )?;
        let address = program
            .line("the service listens", READY_WITHIN, |line| {
                let (_, address) = line.split_once("listening on ")?;
                address.starts_with("http").then(|| address.trim().trim_end_matches('/').to_owned())
            })
            .await?;
        let (_, port) = address.rsplit_once(':').context("the service's address has a port")?;
        self.port = port.parse().with_context(|| format!("reading the port of {address}"))?;
        self.address = address;
        self.program = Some(program);
        Ok(())
    }

    /// It has its own settings: a test must not use those of the user who runs it.
    fn settings(&self) -> Result<PathBuf> {
        let file = self.logs.join("deskbell-service.toml");
        if !file.exists() {
            fs::write(&file, "").with_context(|| format!("writing {}", file.display()))?;
        }
        Ok(file)
    }

    /// All that it has written since its last start.
    #[must_use]
    pub fn output(&self) -> String {
        self.program.as_ref().map(Program::output).unwrap_or_default()
    }

    /// Its process id.
    ///
    /// # Errors
    /// When it does not run.
    pub fn id(&self) -> Result<u32> {
        Ok(self.program.as_ref().context("the service does not run")?.id())
    }

    /// Adds a technician and gives their one-time link.
    ///
    /// # Errors
    /// When the service refuses.
    pub fn add_technician(&self, organisation: &str, name: &str) -> Result<String> {
        self.link(&["person", "add", "--new", "--org", organisation, "--role", "technician", "--name", name])
    }

    /// Adds a client of a company and gives their one-time link.
    ///
    /// # Errors
    /// When the service refuses.
    pub fn add_client(&self, organisation: &str, name: &str, company: &str) -> Result<String> {
        let add = ["person", "add", "--new", "--org", organisation, "--role", "client"];
        self.link(&[&add[..], &["--name", name, "--company", company]].concat())
    }

    /// Sets the organisation's idle threshold, for instance `5s`.
    ///
    /// # Errors
    /// When the service refuses.
    pub fn set_idle_after(&self, organisation: &str, after: &str) -> Result<()> {
        self.admin(&["org", "set", "idle-after", after, "--org", organisation]).map(drop)
    }

    /// Runs an administrator's command that prints a one-time link.
    ///
    /// # Errors
    /// When it fails or prints no link.
    pub fn link(&self, arguments: &[&str]) -> Result<String> {
        let output = self.admin(arguments)?;
        let link = output.split_whitespace().find(|word| word.starts_with("http"));
        link.map(str::to_owned).with_context(|| format!("there is no link in {output:?}"))
    }

    /// Runs an administrator's command and gives its output.
    ///
    /// # Errors
    /// When it fails, with what it said.
    pub fn admin(&self, arguments: &[&str]) -> Result<String> {
        let output = Command::new(programs::service()?)
            .args(arguments)
            .arg("--data")
            .arg(&self.data)
            .arg("--config")
            .arg(self.settings()?)
            .output()
            .context("running the administrator's command")?;
        if !output.status.success() {
            bail!("{arguments:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }
}
