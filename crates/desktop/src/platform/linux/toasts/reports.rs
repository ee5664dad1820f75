//! What the agent is told: what became of toasts, and what is wrong with the notification daemon.

use crate::wake::Wake;
use agent::agent::Problem;
use std::collections::VecDeque;
use tokio::sync::mpsc;

/// Reports to the agent that are not sent yet, and the problem that was reported last.
pub(super) struct Reports<'a> {
    wakes: &'a mpsc::Sender<Wake>,
    queue: VecDeque<Wake>,
    problem: &'a mut Option<String>,
}

impl<'a> Reports<'a> {
    pub(super) fn new(wakes: &'a mpsc::Sender<Wake>, problem: &'a mut Option<String>) -> Self {
        Self { wakes, queue: VecDeque::new(), problem }
    }

    pub(super) fn add(&mut self, report: Wake) {
        self.queue.push_back(report);
    }

    /// The problem that was reported last, in words.
    pub(super) fn problem(&self) -> Option<&str> {
        self.problem.as_deref()
    }

    /// Reports a problem, or (`None`) its end, unless that is known.
    pub(super) fn set_problem(&mut self, words: Option<String>) {
        if *self.problem != words {
            self.problem.clone_from(&words);
            self.add(Wake::Notice { about: Problem::Notifications, words });
        }
    }

    /// Sends all that is queued.
    pub(super) async fn send(&mut self) {
        while let Some(report) = self.queue.pop_front() {
            if self.wakes.send(report).await.is_err() {
                return;
            }
        }
    }
}
