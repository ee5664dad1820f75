//! The rig's foreign clients, and its TLS end, against the built programs: they are what the other tests see with.

use chat::SessionId;
use presence::{Activity, IdleReason, Presence};
use protocol::Up;
use rig::desktop::{Toasts, Tray};
use rig::peer::ANSWERS_WITHIN;
use rig::post::sign_in;
use rig::{App, Desktop, Options, Peer, Service, TlsEnd};
use uuid::Uuid;

#[tokio::test(flavor = "multi_thread")]
async fn foreign_clients_see_each_other_and_find_the_service_again_at_its_address() {
    let folder = tempfile::tempdir().unwrap();
    let mut service = Service::start(&folder.path().join("data"), folder.path()).await.unwrap();
    let link = service.add_technician("Acme IT", "Tom Walsh").unwrap();
    service.set_idle_after("Acme IT", "5s").unwrap();
    let tom = Peer::watcher(&link).await.unwrap();
    let dana =
        sign_in(&service.add_client("Acme IT", "Dana Reyes", "Northwind Dental").unwrap()).await.unwrap();
    let client = Peer::connect(&dana).await.unwrap();
    let online = |presence: &Presence| matches!(presence, Presence::Online { .. });
    let away = |presence: &Presence| matches!(presence, Presence::Away { .. });
    tom.presence("Dana Reyes", ANSWERS_WITHIN, online).await.unwrap();
    client.report(Activity::Idle { reason: IdleReason::Idle, idle_for_ms: 5000 }).await.unwrap();
    tom.presence("Dana Reyes", ANSWERS_WITHIN, away).await.unwrap();

    let id = Uuid::new_v4();
    let session = SessionId(id);
    let request = Up::Request { id, subject: "Printer offline".to_owned(), reference: None };
    assert_eq!(client.ask(&request).await.unwrap().unwrap().session, Some(session));
    tom.until("the request", ANSWERS_WITHIN, |seen| seen.sessions.get(&session).cloned()).await.unwrap();

    let address = service.address().to_owned();
    service.kill9();
    service.restart().await.unwrap();
    assert_eq!(service.address(), address);
    let again = Peer::connect(&dana).await.unwrap();
    assert!(again.seen().sessions.contains_key(&session), "what was answered ok exists after a crash");
    service.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_app_connects_over_tls_if_it_trusts_the_issuer_and_says_why_if_not() {
    let folder = tempfile::tempdir().unwrap();
    let mut tls = TlsEnd::bind(folder.path()).await.unwrap();
    let address = tls.address();
    let flags = ["--behind-proxy", "--public-address", &address];
    let service = Service::start_with(&folder.path().join("data"), folder.path(), 0, &flags).await.unwrap();
    tls.pass_on(service.port());
    let link = service.add_technician("Acme IT", "Tom Walsh").unwrap();
    let parts = Options { tray: Tray::Host, toasts: Toasts::Recorder, ..Options::default() };
    let desktop = Desktop::start(parts).await.unwrap();
    let wary = App::start(&desktop, "wary").await.unwrap();
    let refused = wary.sign_in(&desktop, &link).unwrap_err().to_string();
    assert!(refused.contains("this computer does not trust the issuer of its certificate"), "{refused}");

    let mut trusting = rig::app::command(&desktop, "trusting").unwrap();
    trusting.env("SSL_CERT_FILE", tls.trusted());
    let app = App::start_as(&desktop, "trusting", trusting).await.unwrap();
    app.sign_in(&desktop, &link).unwrap();
    app.connected(&desktop, ANSWERS_WITHIN).await.unwrap();
}
