//! The service's package: its account, folders, unit, and its data through upgrade, removal and purge.

use super::installed::{PERSON, Trial, unit_value};
use super::running::Running;
use crate::bundle::contents::SERVICE;
use crate::bundle::packages::Packages;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::MetadataExt;
use std::path::Path;

const SETTINGS: &str = "/etc/deskbell/service.toml";
const DATA: &str = "/var/lib/deskbell";
/// The most exposed that `systemd-analyze security` may find the unit, in its tenths (10 is "safe", 100 "dangerous").
const EXPOSURE: u32 = 20;
/// Where packages look for systemd's command, which a bare system has not.
const SYSTEMCTL: &str = "/usr/bin/systemctl";
/// One in its place.
const NOTES_WHAT_IT_IS_TOLD: &str =
    "#!/bin/sh\necho \"$*\" >>/tmp/told\ncase \"$*\" in *is-enabled*) echo enabled ;; esac\n";

/// A service that runs in the bare system.
pub(super) struct Service {
    running: Running,
    /// Host and port.
    pub(super) address: String,
    /// Host and port of its metrics.
    metrics: String,
}

/// Installs it and looks at what is there; returns host and port that it is set to.
pub(super) fn install(trial: &Trial, packages: &Packages) -> Result<String> {
    let bare = &trial.bare;
    bare.install(&[&packages.service_deb.display().to_string()])?;
    trial.look_at_files(&SERVICE)?;
    let account = bare.run("getent passwd deskbell; passwd --status deskbell")?;
    ensure!(
        account.contains(":/usr/sbin/nologin") && account.contains("deskbell L "),
        "the account may log in: {account}"
    );
    owned(trial)?;
    let enabled = bare.path("/etc/systemd/system/multi-user.target.wants/deskbell-service.service");
    ensure!(enabled.symlink_metadata().is_ok(), "the unit is not enabled");
    trial.saw("deskbell-service: an account without login, a data folder of its own, an enabled unit");
    // As it came, in a network of its own, where nobody else listens on its port.
    let serve = unit_value(trial, "ExecStart")?;
    let fresh = bare.run(&format!(
        "timeout --preserve-status 5 unshare --net setpriv --reuid=deskbell --regid=deskbell --clear-groups {serve}"
    ))?;
    ensure!(
        fresh.contains("listening on http://127.0.0.1:8470"),
        "with the settings as they came it says {fresh:?}"
    );
    trial.saw("deskbell-service: starts with the settings as they came");
    // An administrator changes the settings: here to a port that is free, and metrics on another one.
    let free = || TcpListener::bind("127.0.0.1:0").context("finding a free port");
    let (first, second) = (free()?, free()?);
    let ports = (first.local_addr()?.to_string(), second.local_addr()?.to_string());
    let settings = fs::read_to_string(bare.path(SETTINGS)).context("reading the settings as they came")?;
    let changed = settings.replace("# metrics = \"127.0.0.1:8471\"", &format!("metrics = \"{}\"", ports.1));
    ensure!(changed != settings, "the settings as they came do not say how to have metrics");
    let settings = changed.replace("127.0.0.1:8470", &ports.0);
    ensure!(changed != settings, "the settings as they came do not name the usual port");
    bare.write(SETTINGS, &settings)?;
    Ok(ports.0)
}

/// Starts what the unit starts, as the unit's user, and adds the first people.
pub(super) fn start(trial: &Trial, address: &str) -> Result<Service> {
    let service = serve(trial, address)?;
    ensure!(get(address, "/healthz")?.ends_with("\r\n\r\nok"), "/healthz does not say ok");
    ensure!(
        metric(&service, "deskbell_build_info{version=")? == 1,
        "its metrics do not say which version runs"
    );
    let portal = get(address, "/technician/")?;
    ensure!(portal.contains("<script"), "the portal is not in the package: {portal}");
    owned(trial)?;
    trial.saw("deskbell-service: answers, has the portal, and metrics where its settings say so");
    Ok(service)
}

/// Adds a technician, or a client of a company, as root would, and returns their sign-in link.
pub(super) fn add_person(trial: &Trial, name: &str, company: Option<&str>) -> Result<String> {
    let who = match company {
        None => "--role technician".to_owned(),
        Some(company) => format!("--role client --company '{company}'"),
    };
    let add = format!("deskbell-service person add --new --org 'Acme IT' {who} --name '{name}'");
    let link = trial.bare.run(&add)?;
    ensure!(link.starts_with("http://127.0.0.1:"), "`person add` printed {link:?}");
    Ok(link)
}

/// Whether the service sees an app of theirs.
pub(super) fn is_connected(trial: &Trial, name: &str) -> Result<bool> {
    let text = trial.bare.run("deskbell-service person list --json")?;
    let people: Value = serde_json::from_str(&text).context("the list of people is JSON")?;
    let person = people.as_array().into_iter().flatten().find(|person| person["name"] == name);
    let person = person.with_context(|| format!("{name} is not in the list of people: {text}"))?;
    person["connected"].as_bool().context("the list says who is connected")
}

/// Upgrades it; settings and people stay. What systemd does is done here: the old one ends, the new one starts.
pub(super) fn upgrade(trial: &Trial, next: &Packages, service: Service) -> Result<Service> {
    let changed = fs::read(trial.bare.path(SETTINGS)).context("reading the settings as they were changed")?;
    let told = with_systemctl(trial, || trial.bare.install(&[&next.service_deb.display().to_string()]))?;
    ensure!(
        told.lines().any(|line| line.ends_with("restart deskbell-service.service")),
        "the upgrade does not let systemd restart the service, but says\n{told}"
    );
    trial.saw("deskbell-service: an upgrade has systemd start the new version");
    ensure!(
        !runs_what_is_installed(trial, &service)?,
        "nothing was upgraded: the old program is the new one"
    );
    service.running.terminate()?;
    let kept = fs::read(trial.bare.path(SETTINGS)).context("reading the settings after the upgrade")?;
    ensure!(kept == changed, "the upgrade did not keep the changed settings");
    owned(trial)?;
    let service = serve(trial, &service.address)?;
    ensure!(runs_what_is_installed(trial, &service)?, "it does not run the program that was installed");
    is_connected(trial, PERSON)?;
    ensure!(
        metric(&service, "deskbell_sessions{status=\"callback\"}")? == 1,
        "the chat that was asked for before the upgrade is not there"
    );
    trial.saw(
        "deskbell-service: upgraded; its settings, people and chats are there, and the new program runs",
    );
    Ok(service)
}

/// Whether the program that runs is the file that is installed now.
fn runs_what_is_installed(trial: &Trial, service: &Service) -> Result<bool> {
    let file = |path: &Path| -> Result<(u64, u64)> {
        let metadata = path.metadata().with_context(|| format!("looking at {}", path.display()))?;
        Ok((metadata.dev(), metadata.ino()))
    };
    Ok(file(&service.running.program())? == file(&trial.bare.path("/usr/bin/deskbell-service"))?)
}

/// Does something as if systemd ran, and returns what it would have been told.
fn with_systemctl(trial: &Trial, does: impl FnOnce() -> Result<()>) -> Result<String> {
    let bare = &trial.bare;
    bare.write(SYSTEMCTL, NOTES_WHAT_IT_IS_TOLD)?;
    bare.run(&format!(
        "chmod 755 {SYSTEMCTL}; mkdir -p /run/systemd/system; mv /usr/sbin/policy-rc.d /root/; : >/tmp/told"
    ))?;
    let done = does();
    let told = bare.run(&format!(
        "cat /tmp/told; rm -r {SYSTEMCTL} /tmp/told /run/systemd/system; mv /root/policy-rc.d /usr/sbin/"
    ))?;
    done.map(|()| told)
}

/// The value of the first metric that begins so.
fn metric(service: &Service, begin: &str) -> Result<u64> {
    let text = get(&service.metrics, "/metrics")?;
    let line = text.lines().find(|line| line.starts_with(begin));
    let line = line.with_context(|| format!("there is no metric {begin}"))?;
    let value = line.rsplit_once(' ').context("a metric has a value")?.1;
    value.parse().with_context(|| format!("{line} is no whole number"))
}

/// Removing keeps the data, installing again finds it, purging takes it.
pub(super) fn purge(trial: &Trial, next: &Packages, service: Service) -> Result<()> {
    let bare = &trial.bare;
    service.running.terminate()?;
    bare.run("apt-get -q remove -y deskbell-service")?;
    trial.look_at_leavings(&SERVICE, true)?;
    ensure!(bare.path(DATA).join("deskbell.db").exists(), "removing took the data");
    bare.install(&[&next.service_deb.display().to_string()])?;
    is_connected(trial, PERSON)?;
    owned(trial)?;
    trial.saw("deskbell-service: removed with its data kept, and found again");
    bare.run("apt-get -q purge -y deskbell-service")?;
    trial.look_at_leavings(&SERVICE, false)?;
    let left = bare.run(
        "find / -xdev -path '*deskbell*' -not -path '/proc/*' -not -path '/tmp/*' -not -path '/home/*'",
    )?;
    ensure!(left.is_empty(), "purging left behind:\n{left}");
    trial.saw("deskbell-service: purged with its data");
    Ok(())
}

/// systemd takes the unit as it is, and finds little that it leaves open.
pub(super) fn verify_unit(trial: &Trial, packages: &Packages) -> Result<()> {
    let bare = &trial.bare;
    // Only now: the package does without.
    bare.install(&["systemd", &packages.service_deb.display().to_string()])?;
    let said = bare.run("systemd-analyze verify deskbell-service.service 2>&1")?;
    ensure!(!said.contains("deskbell-service"), "systemd complains about the unit:\n{said}");
    bare.run(&format!(
        "systemd-analyze security --offline=true --threshold={EXPOSURE} deskbell-service.service >/tmp/security"
    ))
    .with_context(|| fs::read_to_string(bare.path("/tmp/security")).unwrap_or_default())?;
    let summary = bare.run("tail -n 1 /tmp/security")?;
    trial.saw(&format!("deskbell-service: the unit is right; {}", summary.trim_start_matches(['→', ' '])));
    Ok(())
}

fn serve(trial: &Trial, address: &str) -> Result<Service> {
    let line = unit_value(trial, "ExecStart")?;
    let user = unit_value(trial, "User")?;
    let mut words = line.split(' ');
    let program = words.next().context("the unit starts a program")?;
    let mut command = trial.bare.command_as(&user, DATA, program);
    let running = Running::start(command.args(words), "deskbell-service")?;
    let metrics = running.says("metrics on http://")?.trim_end_matches("/metrics").to_owned();
    let said = running.says("listening on http://")?;
    ensure!(said == address, "it listens on {said}, not on {address}");
    Ok(Service { running, address: address.to_owned(), metrics })
}

/// The data folder is closed to others, and everything in it belongs to the service, whoever ran the commands.
fn owned(trial: &Trial) -> Result<()> {
    let strangers = trial.bare.run(&format!(
        "stat -c '%a %U:%G' {DATA}; find {DATA} -not '(' -user deskbell -group deskbell ')'"
    ))?;
    ensure!(
        strangers == "700 deskbell:deskbell",
        "the data folder is open, or not the service's own: {strangers}"
    );
    Ok(())
}

/// The answer to a GET, as it comes.
fn get(address: &str, path: &str) -> Result<String> {
    http(address, &format!("GET {path}"), "")
}

/// The answer to a request, as it comes; it shall be a good one.
pub(super) fn http(address: &str, path: &str, body: &str) -> Result<String> {
    let mut stream = dial(address)?;
    let length = body.len();
    write!(
        stream,
        "{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .context("asking")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).with_context(|| format!("reading {path}"))?;
    ensure!(answer.starts_with("HTTP/1.1 200 "), "{path} is answered with {answer}");
    Ok(answer)
}

/// A connection on which nothing takes for ever.
pub(super) fn dial(address: &str) -> Result<TcpStream> {
    let stream = TcpStream::connect(address).with_context(|| format!("connecting to {address}"))?;
    stream.set_read_timeout(Some(super::running::DEADLINE)).context("setting a deadline")?;
    Ok(stream)
}
