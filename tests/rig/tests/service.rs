//! The rig's foreign clients against the built service: they are what the other tests see with.

use chat::SessionId;
use presence::{Activity, IdleReason, Presence};
use protocol::Up;
use rig::peer::ANSWERS_WITHIN;
use rig::post::sign_in;
use rig::{Peer, Service};
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
