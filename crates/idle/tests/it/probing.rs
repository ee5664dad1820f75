//! Which source is chosen, and what is reported if none works.

use crate::sources::helper;
use crate::xserver::XServer;
use crate::{bare_env, next_source, why_none};
use idle::{Helper, SessionEnv, Setup, Source, SourceKind, watch_in};
use std::time::{Duration, Instant};

fn setup(only: Option<SourceKind>) -> Setup {
    Setup { idle_after: Duration::from_secs(300), helper: Some(helper()), only }
}

fn on(server: &XServer) -> SessionEnv {
    SessionEnv { display: Some(server.display()), ..bare_env() }
}

#[tokio::test]
async fn takes_the_first_that_works_and_says_why() {
    let server = XServer::start();
    let (_watch, mut seen) = watch_in(on(&server), setup(None));
    let why = "the X server tells of all input (XSync alarms)".to_owned();
    assert_eq!(next_source(&mut seen).await, Source::Found { kind: SourceKind::XSync, why });
}

#[tokio::test]
async fn takes_the_next_where_one_is_missing_and_says_what_is() {
    let server = XServer::start_with(&["-extension", "MIT-SCREEN-SAVER"]);
    let (_watch, mut seen) = watch_in(on(&server), setup(Some(SourceKind::XScreenSaver)));
    assert_eq!(why_none(&mut seen).await, "the X server has no XScreenSaver");
}

#[tokio::test]
async fn says_that_there_is_no_display() {
    let (_watch, mut seen) = watch_in(bare_env(), setup(None));
    assert_eq!(why_none(&mut seen).await, "there is no display: DISPLAY is not set");
}

#[tokio::test]
async fn never_uses_x11_in_a_wayland_session() {
    let server = XServer::start();
    for env in [
        SessionEnv { wayland_display: Some("wayland-0".into()), ..on(&server) },
        SessionEnv { session_type: Some("wayland".into()), ..on(&server) },
    ] {
        for only in [None, Some(SourceKind::XSync), Some(SourceKind::DeviceQuery)] {
            let (_watch, mut seen) = watch_in(env.clone(), setup(only));
            let why = why_none(&mut seen).await;
            assert!(why.starts_with("this is a Wayland session, whose input X11 cannot see"), "{why}");
        }
    }
}

#[tokio::test]
async fn finds_an_x_server_that_comes_later() {
    let mut server = XServer::absent();
    let (_watch, mut seen) = watch_in(on(&server), setup(None));
    let why = why_none(&mut seen).await;
    assert!(why.starts_with(&format!("the X server {} cannot be reached", server.display())), "{why}");
    server.restart();
    assert!(matches!(next_source(&mut seen).await, Source::Found { kind: SourceKind::XSync, .. }));
}

#[tokio::test]
async fn says_that_a_frozen_x_server_does_not_answer_and_does_not_hang_with_it() {
    let server = XServer::start();
    server.freeze(true);
    let (watch, mut seen) = watch_in(on(&server), setup(None));
    assert_eq!(why_none(&mut seen).await, "the display server does not answer");
    server.freeze(false);
    assert!(matches!(next_source(&mut seen).await, Source::Found { kind: SourceKind::XSync, .. }));
    server.freeze(true);
    let (other, _seen) = watch_in(on(&server), setup(None));
    let began = Instant::now();
    drop((watch, other));
    assert!(began.elapsed() < Duration::from_secs(5));
    server.freeze(false);
}

#[tokio::test]
async fn a_helper_that_fails_is_said_and_tried_again() {
    let server = XServer::start();
    let broken = |program: &str| Setup {
        helper: Some(Helper { program: program.into(), args: Vec::new() }),
        ..setup(Some(SourceKind::DeviceQuery))
    };
    let (_watch, mut seen) = watch_in(on(&server), broken("/nonexistent/deskbell"));
    assert!(why_none(&mut seen).await.starts_with("the helper for device_query does not start"));
    let (_watch, mut seen) = watch_in(on(&server), broken("/bin/true"));
    assert_eq!(why_none(&mut seen).await, "the helper for device_query ended at once");
}

#[tokio::test]
async fn without_a_helper_device_query_is_left_out() {
    let server = XServer::start();
    let (_watch, mut seen) =
        watch_in(on(&server), Setup { helper: None, ..setup(Some(SourceKind::DeviceQuery)) });
    assert_eq!(why_none(&mut seen).await, "device_query has no helper program");
}
