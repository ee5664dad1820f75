//! The real access lists under a mock of the window system: who may call what.

use crate::commands::{AgentSender, Published};
use crate::desk::tests::view;
use agent::view::{Answer, Intent, View};
use serde_json::{Value, json};
use tauri::Manager;
use tauri::test::{INVOKE_KEY, MockRuntime, get_ipc_response, mock_builder};
use tauri::webview::InvokeRequest;
use tauri::{App, WebviewWindow, WebviewWindowBuilder};
use tokio::sync::mpsc;

const LOCAL: &str = "tauri://localhost";
const REMOTE: &str = "http://127.0.0.1:8080/technician/";

/// The app, with an agent that answers everything with `Done`.
fn app() -> App<MockRuntime> {
    let (up, mut lines) = mpsc::channel(8);
    let app = crate::builder(mock_builder()).manage(AgentSender(up)).build(crate::context()).unwrap();
    app.state::<Published>().set(view());
    tauri::async_runtime::spawn(async move {
        while let Some(line) = lines.recv().await {
            if let crate::agent_connection::Outgoing::Ask(Intent::Online, reply) = line {
                reply.send(Answer::Done { note: None }).unwrap();
            }
        }
    });
    app
}

fn window(app: &App<MockRuntime>, label: &str) -> WebviewWindow<MockRuntime> {
    WebviewWindowBuilder::new(app, label, Default::default()).build().unwrap()
}

fn call(window: &WebviewWindow<MockRuntime>, cmd: &str, from: &str, body: Value) -> Result<Value, Value> {
    let request = InvokeRequest {
        cmd: cmd.into(),
        callback: tauri::ipc::CallbackFn(0),
        error: tauri::ipc::CallbackFn(1),
        url: from.parse().unwrap(),
        body: body.into(),
        headers: Default::default(),
        invoke_key: INVOKE_KEY.to_string(),
    };
    get_ipc_response(window, request).map(|body| body.deserialize().unwrap())
}

#[test]
fn the_apps_own_pages_read_the_view_and_hand_in_intents() {
    let app = app();
    for label in ["status", "sign-in"] {
        let window = window(&app, label);
        let seen: View = serde_json::from_value(call(&window, "view", LOCAL, json!({})).unwrap()).unwrap();
        assert_eq!(seen, *view());
        let answer = call(&window, "intend", LOCAL, json!({ "intent": { "do": "online" } })).unwrap();
        assert_eq!(answer, json!({ "is": "done" }));
    }
}

#[test]
fn a_remote_page_gets_nothing_in_whichever_window_it_is() {
    let app = app();
    for label in ["portal", "status", "sign-in"] {
        let window = window(&app, label);
        for (cmd, body) in [
            ("view", json!({})),
            ("intend", json!({ "intent": { "do": "quit" } })),
            ("plugin:event|listen", json!({ "event": "view", "target": { "kind": "Any" }, "handler": 1 })),
            ("plugin:event|emit", json!({ "event": "view", "payload": null })),
            ("plugin:window|close", json!({})),
        ] {
            assert!(call(&window, cmd, REMOTE, body).is_err(), "{cmd} in {label}");
        }
    }
}

#[test]
fn the_portals_window_gets_nothing_for_a_local_page_either() {
    let app = app();
    let portal = window(&app, "portal");
    assert!(call(&portal, "view", LOCAL, json!({})).is_err());
    assert!(call(&portal, "intend", LOCAL, json!({ "intent": { "do": "online" } })).is_err());
}

#[test]
fn the_apps_own_pages_may_do_no_more_than_they_need() {
    let app = app();
    for label in ["status", "sign-in"] {
        let window = window(&app, label);
        for (cmd, body) in [
            ("plugin:event|emit", json!({ "event": "view", "payload": null })),
            ("plugin:window|create", json!({ "options": {} })),
            ("plugin:webview|create_webview_window", json!({ "options": {} })),
        ] {
            assert!(call(&window, cmd, LOCAL, body).is_err(), "{cmd} in {label}");
        }
    }
}
