//! The two commands of the app's own pages. Only the windows `status` and `sign-in` may call them (`capabilities/`).

use crate::agent_connection::{self, Outgoing};
use agent::view::{Answer, Intent, View};
use std::sync::{Mutex, PoisonError};
use tauri::State;
use tokio::sync::mpsc;

/// The view as the desk page shows it.
#[derive(Debug, Default)]
pub struct Published(Mutex<Option<Box<View>>>);

impl Published {
    /// Replaces the view.
    pub fn set(&self, view: Box<View>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(view);
    }

    fn get(&self) -> Option<Box<View>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// Sends messages to the agent.
#[derive(Debug)]
pub struct AgentSender(pub mpsc::Sender<Outgoing>);

/// The last view; `null` while there is none yet.
#[tauri::command]
#[expect(clippy::needless_pass_by_value, reason = "Tauri hands a command its state by value")]
pub(crate) fn view(published: State<'_, Published>) -> Option<Box<View>> {
    published.get()
}

/// Sends an intent to the agent; the answer is text for the user.
#[tauri::command]
pub(crate) async fn intend(intent: Intent, agent: State<'_, AgentSender>) -> Result<Answer, ()> {
    Ok(agent_connection::ask(&agent.0, intent).await)
}
