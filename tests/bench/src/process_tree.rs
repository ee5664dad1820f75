//! A process and all that it started: their memory, and how often their threads wake.
//!
//! Read from `/proc`; those who are looked at notice nothing of it. It judges nothing.

use anyhow::{Context, Result, ensure};
use rig::proc;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval};

/// Between two looks at the threads: one that lives shorter than this, and wakes in it, is not counted.
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Between two looks at the memory: the kernel walks all pages for one.
const WEIGH_EVERY: Duration = Duration::from_secs(5);

const KIB_PER_MIB: f64 = 1024.0;

/// A process by its id, its descendants, and the members of its process group.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProcessTree {
    root: u32,
}

/// What it cost over a span.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Cost {
    /// The most memory that all of them had together at one time: PSS, in MiB. A page that several processes share counts for
    /// each by its share.
    pub(crate) pss_mib: f64,
    /// How often a thread of theirs was woken: voluntary context switches of all threads, per second.
    pub(crate) wakes_per_s: f64,
    /// The most processes at one time.
    pub(crate) processes: usize,
}

/// A thread, by process, thread and the time of its start: ids are used again.
type Thread = (u32, u32, u64);

impl ProcessTree {
    /// Of the process with this id, which leads its group.
    pub(crate) fn of(root: u32) -> Self {
        Self { root }
    }

    /// The names of its processes.
    ///
    /// # Errors
    /// When it has ended.
    pub(crate) fn names(self) -> Result<Vec<String>> {
        let members = self.members()?.into_iter();
        let name = |id| fs::read_to_string(format!("/proc/{id}/comm")).map(|name| name.trim().to_owned());
        // One may end between the list and the look.
        Ok(members.filter_map(|id| name(id).ok()).collect())
    }

    /// Looks on for a span in which nothing is done to it.
    ///
    /// # Errors
    /// When it ends meanwhile.
    pub(crate) async fn cost_over(self, span: Duration) -> Result<Cost> {
        let before = self.wakes()?;
        let mut after = before.clone();
        let (mut pss_kib, mut processes) = (0, 0);
        let (mut looks, mut weighings) = (interval(LOOK_EVERY), interval(WEIGH_EVERY));
        looks.set_missed_tick_behavior(MissedTickBehavior::Skip);
        weighings.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let began = Instant::now();
        while began.elapsed() < span {
            tokio::select! {
                _ = looks.tick() => after.extend(self.wakes()?),
                _ = weighings.tick() => {
                    let members = self.members()?;
                    processes = processes.max(members.len());
                    pss_kib = pss_kib.max(members.into_iter().filter_map(|id| proc::pss_kib(id).ok()).sum());
                }
            }
        }
        let woken: u64 =
            after.iter().map(|(thread, count)| count - before.get(thread).copied().unwrap_or(0)).sum();
        Ok(Cost {
            pss_mib: pss_kib as f64 / KIB_PER_MIB,
            wakes_per_s: woken as f64 / began.elapsed().as_secs_f64(),
            processes,
        })
    }

    fn members(self) -> Result<BTreeSet<u32>> {
        let all: Vec<Stat> = ids(Path::new("/proc"))?.filter_map(|id| Stat::of(id, None)).collect();
        ensure!(all.iter().any(|stat| stat.id == self.root), "the process {} has ended", self.root);
        let mut members: BTreeSet<u32> =
            all.iter().filter(|stat| stat.group == self.root).map(|stat| stat.id).collect();
        members.insert(self.root);
        loop {
            let known = members.len();
            members.extend(
                all.iter()
                    .filter(|stat| members.contains(&stat.parent))
                    .map(|stat| stat.id)
                    .collect::<Vec<_>>(),
            );
            if members.len() == known {
                return Ok(members);
            }
        }
    }

    fn wakes(self) -> Result<BTreeMap<Thread, u64>> {
        let mut counts = BTreeMap::new();
        for process in self.members()? {
            // One may end between the list and the look.
            let Ok(threads) = ids(Path::new(&format!("/proc/{process}/task"))) else { continue };
            for thread in threads {
                let Some(stat) = Stat::of(process, Some(thread)) else { continue };
                let Ok(count) = proc::voluntary_switches(process, thread) else { continue };
                counts.insert((process, thread, stat.started), count);
            }
        }
        Ok(counts)
    }
}

fn ids(folder: &Path) -> Result<impl Iterator<Item = u32> + use<>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    Ok(entries.flatten().filter_map(|entry| entry.file_name().to_str()?.parse().ok()))
}

/// What the kernel says of a process or thread in one line.
struct Stat {
    id: u32,
    parent: u32,
    group: u32,
    started: u64,
}

impl Stat {
    fn of(process: u32, thread: Option<u32>) -> Option<Self> {
        let path = match thread {
            None => format!("/proc/{process}/stat"),
            Some(thread) => format!("/proc/{process}/task/{thread}/stat"),
        };
        Self::parse(thread.unwrap_or(process), &fs::read_to_string(path).ok()?)
    }

    /// Fields are counted from behind the name, which may have spaces and brackets.
    fn parse(id: u32, line: &str) -> Option<Self> {
        let (_, rest) = line.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        Some(Self {
            id,
            parent: fields.get(1)?.parse().ok()?,
            group: fields.get(2)?.parse().ok()?,
            started: fields.get(19)?.parse().ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::{Command, Stdio};

    #[tokio::test]
    async fn a_shell_that_sleeps_ten_times_a_second_in_a_child_is_seen_to() {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new("sh");
        // The inner shell goes on when the outer one only waits.
        command.args(["-c", "sh -c 'while :; do sleep 0.1; done' & wait"]);
        let mut child = command.stdin(Stdio::null()).process_group(0).spawn().unwrap();
        let tree = ProcessTree::of(child.id());
        let cost = tree.cost_over(Duration::from_secs(3)).await.unwrap();
        let names = tree.names().unwrap();
        rustix::process::kill_process_group(
            rustix::process::Pid::from_child(&child),
            rustix::process::Signal::KILL,
        )
        .unwrap();
        child.wait().unwrap();
        // Each round wakes the shell that waits, and the sleep.
        assert!(cost.wakes_per_s > 5.0 && cost.wakes_per_s < 100.0, "{cost:?}");
        assert!(cost.pss_mib > 0.1 && cost.pss_mib < 20.0, "{cost:?}");
        assert!(names.iter().filter(|name| *name == "sh").count() >= 2, "{names:?}");
        assert!(tree.names().is_err());
    }

    #[test]
    fn names_with_brackets_do_not_shift_the_fields() {
        let line = "7 (a) b (c)) S 3 5 5 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 4242 9 9";
        let stat = Stat::parse(7, line).unwrap();
        assert_eq!((stat.id, stat.parent, stat.group, stat.started), (7, 3, 5, 4242));
    }
}
