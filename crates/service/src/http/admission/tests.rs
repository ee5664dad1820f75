//! Admission at its limits: who is let in, who is evicted, and whose turn it is.

use super::*;

fn admission(connections: usize, pending: usize, pending_from_one: usize) -> Arc<Admission> {
    let (state, gone) = (Mutex::default(), Notify::new());
    Arc::new(Admission { state, connections, pending, pending_from_one, gone })
}

async fn is_evicted(pending: &PendingConnection) -> bool {
    tokio::time::timeout(Duration::from_millis(1), pending.evicted()).await.is_ok()
}

fn address(last: u8) -> Option<IpAddr> {
    Some(IpAddr::from([192, 0, 2, last]))
}

#[tokio::test(start_paused = true)]
async fn the_longest_pending_connection_is_evicted_and_authenticated_ones_stay() {
    let admission = admission(10, 3, 10);
    let pending: Vec<PendingConnection> = (0..3).map(|_| admission.enter(None).unwrap()).collect();
    pending[0].is_known(0);
    let one_more = admission.enter(None).unwrap();
    assert!(!is_evicted(&pending[0]).await && !is_evicted(&pending[1]).await, "there was room");
    let another = admission.enter(None).unwrap();
    assert!(is_evicted(&pending[1]).await);
    for stays in [&pending[0], &pending[2], &one_more, &another] {
        assert!(!is_evicted(stays).await);
    }
    assert_eq!(admission.state().evicted.get(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_address_evicts_only_its_own_connections_whether_the_socket_or_a_proxy_names_it() {
    let admission = admission(100, 100, 2);
    let other = admission.enter(address(1)).unwrap();
    let first = admission.enter(address(2)).unwrap();
    let second = admission.enter(None).unwrap();
    second.comes_from(address(2).unwrap());
    let third = admission.enter(None).unwrap();
    third.comes_from(IpAddr::V6("::ffff:192.0.2.2".parse().unwrap()));
    assert!(is_evicted(&first).await);
    for stays in [&other, &second, &third] {
        assert!(!is_evicted(stays).await);
    }
    assert_eq!(admission.state().evicted.get(), 1);
    assert_eq!(network("2001:db8::1".parse().unwrap()), network("2001:db8::2".parse().unwrap()));
}

#[tokio::test(start_paused = true)]
async fn an_address_with_very_many_requests_waits_and_sign_ins_do_not_count() {
    let admission = admission(20_000, 20_000, 20_000);
    let begun = Instant::now();
    for _ in 0..3 * ASKS {
        let device = admission.enter(address(1)).unwrap();
        device.turn().await.unwrap();
        device.is_known(0);
    }
    assert_eq!(begun.elapsed(), Duration::ZERO, "an office comes back");
    let other = admission.enter(address(2)).unwrap();
    for _ in 0..ASKS {
        admission.enter(address(1)).unwrap().turn().await.unwrap();
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
    // It has closed each time, and is remembered.
    for _ in 0..5 * ASKS_PER_SECOND {
        admission.enter(address(1)).unwrap().turn().await.unwrap();
    }
    let waited = begun.elapsed();
    assert!((4..=6).contains(&waited.as_secs()), "{waited:?}");
    let many: Vec<PendingConnection> =
        (0..6 * ASKS_PER_SECOND).map(|_| admission.enter(address(1)).unwrap()).collect();
    let refused = futures_util::future::join_all(many.iter().map(PendingConnection::turn)).await;
    assert!(refused.iter().any(Result::is_err) && refused[0].is_ok());
    let now = Instant::now();
    other.turn().await.unwrap();
    assert_eq!(now.elapsed(), Duration::ZERO, "another address is not affected");
    tokio::time::sleep(Duration::from_secs(200)).await;
    drop((many, other));
    assert!(admission.state().from.is_empty(), "addresses that have long been gone are forgotten");
}

#[tokio::test(start_paused = true)]
async fn an_office_of_browsers_opens_the_portal_at_once() {
    let admission = admission(20_000, 20_000, 20_000);
    let begun = Instant::now();
    for _ in 0..ASKS {
        for _ in 0..ASKS_OF_PAGE {
            admission.enter(address(1)).unwrap().turn().await.unwrap();
        }
        let page = admission.enter(address(1)).unwrap();
        page.turn().await.unwrap();
        page.is_known(ASKS_OF_PAGE);
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
}

#[tokio::test(start_paused = true)]
async fn a_request_is_served_after_all_if_others_at_the_address_have_signed_in_meanwhile() {
    let admission = admission(20_000, 20_000, 20_000);
    let page = admission.enter(address(1)).unwrap();
    let too_many = ASKS + 6 * ASKS_PER_SECOND;
    let many: Vec<PendingConnection> = (0..too_many).map(|_| admission.enter(address(1)).unwrap()).collect();
    let refused =
        tokio::join!(futures_util::future::join_all(many.iter().map(PendingConnection::turn)), async {
            tokio::time::sleep(TURN_WITHIN / 2).await;
            page.is_known(ASKS);
        });
    assert!(refused.0.iter().all(Result::is_ok));
}

#[tokio::test(start_paused = true)]
async fn an_address_may_try_some_unknown_links_and_is_then_told_when_to_try_again() {
    let admission = admission(10, 10, 10);
    let (pending, other, unnamed) = (
        admission.enter(address(1)).unwrap(),
        admission.enter(address(2)).unwrap(),
        admission.enter(None).unwrap(),
    );
    for pending in [&pending, &unnamed] {
        assert!((0..UNKNOWN).all(|_| pending.tried_unknown().is_ok()));
        assert_eq!(pending.tried_unknown(), Err(Duration::from_secs(1)));
    }
    assert!(other.tried_unknown().is_ok());
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert!(pending.tried_unknown().is_ok() && pending.tried_unknown().is_err());
}

#[tokio::test(start_paused = true)]
async fn at_capacity_it_waits_until_a_pending_connection_has_gone() {
    let admission = admission(2, 2, 2);
    let device = admission.enter(None).unwrap();
    device.is_known(0);
    let pending = admission.enter(None).unwrap();
    assert!(admission.enter(None).is_none(), "all files are used");
    let going = tokio::spawn(async move {
        pending.evicted().await;
        drop(pending);
    });
    admission.room().await;
    going.await.unwrap();
    assert!(admission.enter(None).is_some());
}

#[tokio::test(start_paused = true)]
async fn at_capacity_with_devices_only_nobody_is_admitted_until_one_leaves() {
    let admission = admission(2 + TO_SAY_SO, 2, 2);
    let devices: Vec<PendingConnection> = (0..2 + TO_SAY_SO)
        .map(|_| {
            let device = admission.enter(None).unwrap();
            device.is_known(0);
            device
        })
        .collect();
    admission.room().await;
    assert!(!admission.has_place() && admission.enter(None).is_none() && !admission.make_room());
    drop(devices);
    admission.all_gone().await;
    assert!(admission.has_place() && admission.enter(address(1)).is_some());
    let state = admission.state();
    assert!(state.inside == 0 && state.pending.is_empty() && state.from.is_empty());
}

#[test]
fn there_are_never_more_connections_than_files() {
    let door_for = |files| Admission::new(files, Counter::default());
    assert_eq!(door_for(20_000).connections, 20_000 - OTHER_FILES);
    assert_eq!(door_for(usize::MAX).connections, CONNECTIONS);
}
