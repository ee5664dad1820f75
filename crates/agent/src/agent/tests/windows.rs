//! The window process, and what it means for a client's presence.

use super::*;

const PORTAL: Page = Page::Portal { chat: None };

fn started(effects: &[Effect]) -> Vec<(Page, bool)> {
    let started = effects.iter().filter_map(|effect| match effect {
        Effect::StartWindow { page, minimised } => Some((*page, *minimised)),
        _ => None,
    });
    started.collect()
}

#[test]
fn a_clients_app_begins_with_its_portal_minimised_at_login() {
    for background in [true, false] {
        let start = Start { background, ..start(Some(Role::Client)) };
        let mut bench = Bench::with(start, Role::Client);
        bench.fact(Fact::Active);
        let effects = bench.effects();
        assert_eq!(started(&effects), [(PORTAL, background)]);
        assert!(effects.iter().any(|effect| matches!(effect, Effect::Link(Order::Connect(_)))));
    }
}

// A second window opened beside the one that had started the agent again.
#[test]
fn an_agent_that_a_clients_window_has_started_opens_no_other() {
    let start = Start { has_window: true, ..start(Some(Role::Client)) };
    let mut bench = Bench::with(start, Role::Client);
    bench.fact(Fact::Active);
    let effects = bench.effects();
    assert!(started(&effects).is_empty(), "{effects:?}");
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    assert!(bench.orders().iter().any(|order| matches!(order, Order::Connect(_))));
}

#[test]
fn a_client_without_a_display_is_not_connected() {
    let start = Start { has_display: false, ..start(Some(Role::Client)) };
    let mut bench = Bench::with(start, Role::Client);
    assert!(!bench.orders().iter().any(|order| matches!(order, Order::Connect(_))));
    assert_eq!(bench.view().headline, "Offline");
}

#[test]
fn closing_the_portal_makes_a_client_offline_and_the_first_time_says_so() {
    // P10
    let mut bench = Bench::client();
    let close = |bench: &mut Bench| {
        bench.effects();
        bench.on(Input::Window(WindowReport::Closed));
        let effects = bench.effects();
        assert!(effects.contains(&Effect::Link(Order::Disconnect { bye: true })));
        bench.on(Input::WindowEnded { closed: true });
        effects
    };
    let effects = close(&mut bench);
    let says_so = |effects: &[Effect]| {
        effects.iter().any(|effect| match effect {
            Effect::Toasts(toasts) => toasts
                .iter()
                .any(|toast| toast.body == "Closing makes you Offline. Minimise to stay reachable."),
            _ => false,
        })
    };
    assert!(says_so(&effects));
    assert!(
        effects
            .iter()
            .any(|effect| matches!(effect, Effect::SaveSettings(settings) if settings.closing_explained))
    );
    bench.on(Input::Toast(ToastEvent::Closed(ToastKey::News(1))));
    bench.wants(Intent::Open { page: PORTAL });
    let effects = bench.effects();
    assert_eq!(started(&effects), [(PORTAL, false)]);
    assert!(
        effects.iter().any(|effect| matches!(effect, Effect::Link(Order::Connect(_)))),
        "opening makes reachable"
    );
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    bench.connect();
    assert!(!says_so(&close(&mut bench)));
}

#[test]
fn closing_the_portal_is_nothing_to_a_technicians_connection() {
    let mut bench = Bench::technician();
    bench.wants(Intent::Open { page: PORTAL });
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    bench.effects();
    bench.on(Input::Window(WindowReport::Closed));
    bench.on(Input::WindowEnded { closed: true });
    assert_eq!(bench.effects(), []);
}

#[test]
fn a_crash_is_no_closing_once_and_a_second_one_within_a_minute_is() {
    let mut bench = Bench::client();
    bench.effects();
    bench.on(Input::WindowEnded { closed: false });
    let effects = bench.effects();
    assert_eq!(started(&effects), [(PORTAL, false)]);
    assert!(!effects.iter().any(|effect| matches!(effect, Effect::Link(_))), "the connection goes on");
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    bench.pass(secs(61));
    bench.on(Input::WindowEnded { closed: false });
    assert_eq!(started(&bench.effects()), [(PORTAL, false)]);
    bench.pass(secs(59));
    bench.on(Input::WindowEnded { closed: false });
    let effects = bench.effects();
    assert_eq!(started(&effects), []);
    assert!(effects.contains(&Effect::Link(Order::Disconnect { bye: true })));
}

fn display(bench: &mut Bench, is_there: bool) {
    let words = (!is_there).then(|| "The display is gone.".to_owned());
    bench.on(Input::Notice { about: Problem::Display, words });
}

#[test]
fn a_window_that_goes_with_its_display_comes_back_with_it_and_was_no_crash() {
    for (mut bench, portal, status) in [(Bench::client(), true, false), (Bench::technician(), true, true)] {
        bench.on(Input::Window(WindowReport::Showing { portal, status }));
        bench.effects();
        for _ in 0..3 {
            display(&mut bench, false);
            bench.on(Input::WindowEnded { closed: false });
            assert_eq!(started(&bench.effects()), []);
            assert_eq!(bench.view().notices, ["The display is gone."]);
            let requester = bench.wants(Intent::Open { page: PORTAL });
            assert!(bench.failed(requester).starts_with("Deskbell cannot open a window"));
            bench.pass(secs(10));
            display(&mut bench, true);
            let effects = bench.effects();
            assert_eq!(started(&effects), [(PORTAL, false)]);
            assert!(!effects.iter().any(|effect| matches!(effect, Effect::Toasts(_) | Effect::Link(_))));
            bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
            let show = ToWindow::Show { page: Page::Status, minimised: false };
            assert_eq!(bench.effects().contains(&Effect::ToWindow(show)), status);
            bench.on(Input::Window(WindowReport::Showing { portal, status }));
        }
        bench.on(Input::WindowEnded { closed: false });
        assert_eq!(started(&bench.effects()), [(PORTAL, false)], "a crash is still opened again once");
    }
}

#[test]
fn a_client_leaves_when_the_display_stays_away_and_is_back_with_it() {
    // P10
    let mut bench = Bench::client();
    display(&mut bench, false);
    bench.on(Input::WindowEnded { closed: false });
    bench.effects();
    bench.pass(secs(59));
    assert_eq!(bench.orders(), []);
    bench.pass(secs(1));
    assert_eq!(bench.orders(), [Order::Disconnect { bye: true }]);
    bench.pass(secs(3_600));
    display(&mut bench, true);
    let effects = bench.effects();
    assert_eq!(started(&effects), [(PORTAL, false)]);
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Link(Order::Connect(_)))));
}

#[test]
fn signing_out_without_a_display_leaves_nothing_to_come_back() {
    let mut bench = Bench::client();
    display(&mut bench, false);
    bench.on(Input::WindowEnded { closed: false });
    bench.on(Input::Link(Event::Ended(link::End::SignIn)));
    bench.effects();
    display(&mut bench, true);
    assert_eq!(started(&bench.effects()), []);
}

#[test]
fn the_portal_opens_with_a_code_at_the_chat() {
    // C10
    let mut bench = Bench::technician();
    bench.wants(Intent::Open { page: Page::Portal { chat: Some(chat(5)) } });
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    bench.effects();
    bench.on(Input::Window(WindowReport::NeedPortal));
    let sent = bench.sent();
    let [Up::PortalCode { id }] = sent[..] else { panic!("{sent:?}") };
    bench.json(json!({ "type": "ok", "re": id, "code": "abc" }));
    let address = format!("https://help.acme.example/technician/#code=abc&chat={}", chat(5).0);
    assert_eq!(bench.effects(), [Effect::ToWindow(ToWindow::Portal { address: Ok(address) })]);
}

#[test]
fn a_portal_that_opens_before_the_connection_gets_its_address_with_it() {
    let mut bench = Bench::with(start(Some(Role::Client)), Role::Client);
    bench.fact(Fact::Active);
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    bench.on(Input::Window(WindowReport::NeedPortal));
    bench.effects();
    bench.lose();
    let effects = bench.effects();
    assert!(
        matches!(&effects[..], [Effect::ToWindow(ToWindow::Portal { address: Err(why) })] if why.contains("was cut"))
    );
    bench.connect();
    let id = bench.sent().iter().find_map(|up| match up {
        Up::PortalCode { id } => Some(*id),
        _ => None,
    });
    bench.json(json!({ "type": "ok", "re": id.unwrap(), "code": "abc" }));
    let address = "https://help.acme.example/client/#code=abc".to_owned();
    assert_eq!(bench.effects(), [Effect::ToWindow(ToWindow::Portal { address: Ok(address) })]);
}

#[test]
fn pages_wanted_while_the_window_starts_come_when_it_has() {
    let mut bench = Bench::technician();
    bench.effects();
    bench.wants(Intent::Open { page: PORTAL });
    bench.wants(Intent::Open { page: Page::Status });
    assert_eq!(started(&bench.effects()), [(PORTAL, false)]);
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    let show = ToWindow::Show { page: Page::Status, minimised: false };
    assert_eq!(bench.effects(), [Effect::ToWindow(show)]);
}

fn shown(effects: &[Effect]) -> Vec<Page> {
    let shown = effects.iter().filter_map(|effect| match effect {
        Effect::ToWindow(ToWindow::Show { page, .. }) => Some(*page),
        _ => None,
    });
    shown.collect()
}

// The order went to a program that took none any more, and nothing opened.
#[test]
fn pages_wanted_while_the_window_ends_come_when_it_has() {
    let mut bench = Bench::technician();
    bench.wants(Intent::Open { page: Page::Status });
    bench.on(Input::Window(WindowReport::Showing { portal: false, status: true }));
    bench.on(Input::Window(WindowReport::Closed));
    bench.effects();
    for page in [Page::Status, PORTAL, Page::Status] {
        let asker = bench.wants(Intent::Open { page });
        assert_eq!(bench.answer(asker), Answer::Done { note: None });
    }
    let effects = bench.effects();
    assert!(started(&effects).is_empty() && shown(&effects).is_empty(), "{effects:?}");
    bench.on(Input::WindowEnded { closed: true });
    let effects = bench.effects();
    assert_eq!(started(&effects), [(PORTAL, false)]);
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    assert_eq!(shown(&bench.effects()), [Page::Status]);
    // Once: what is closed now stays closed.
    bench.on(Input::Window(WindowReport::Closed));
    bench.on(Input::WindowEnded { closed: true });
    assert_eq!(started(&bench.effects()), []);
}

#[test]
fn a_client_who_opens_the_portal_while_the_window_ends_is_reachable() {
    // P10
    let mut bench = Bench::client();
    bench.effects();
    bench.on(Input::Window(WindowReport::Closed));
    assert_eq!(bench.orders(), [Order::Disconnect { bye: true }]);
    bench.wants(Intent::Open { page: PORTAL });
    assert!(bench.orders().iter().any(|order| matches!(order, Order::Connect(_))));
    bench.on(Input::WindowEnded { closed: true });
    let effects = bench.effects();
    assert_eq!(started(&effects), [(PORTAL, false)]);
    assert!(!effects.contains(&Effect::Link(Order::Disconnect { bye: true })), "{effects:?}");
}

// The new portal went to the window that the sign-out ends, and its end made the client Offline.
#[test]
fn a_client_who_signs_in_while_the_window_of_the_one_before_ends_has_a_portal() {
    let mut bench = Bench::client();
    bench.on(Input::Link(Event::Ended(link::End::SignIn)));
    assert!(bench.effects().contains(&Effect::ToWindow(ToWindow::Quit)));
    bench.wants(Intent::SignIn { link: accounts::LINK.into() });
    bench.on(accounts::redeemed(Role::Client));
    let effects = bench.effects();
    assert!(started(&effects).is_empty() && shown(&effects).is_empty(), "{effects:?}");
    // What it says before it has ended is about the pages that go.
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    bench.on(Input::Window(WindowReport::Closed));
    bench.on(Input::WindowEnded { closed: true });
    assert_eq!(started(&bench.effects()), [(PORTAL, false)]);
}

#[test]
fn a_page_ordered_from_a_window_that_has_crashed_opens_with_the_others() {
    let mut bench = Bench::technician();
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    bench.wants(Intent::Open { page: Page::Status });
    bench.on(Input::WindowEnded { closed: false });
    assert_eq!(started(&bench.effects()), [(PORTAL, false)]);
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    assert_eq!(shown(&bench.effects()), [Page::Status]);
}

#[test]
fn without_a_tray_host_the_window_stands_in_once() {
    for (role, page) in [(Role::Technician, Page::Status), (Role::Client, PORTAL)] {
        let start = start(Some(role));
        let mut bench = Bench {
            agent: Agent::new(start, now_at(secs(1_000_000))),
            at: secs(1_000_000),
            effects: vec![],
            requesters: 0,
            role,
        };
        bench.on(Input::TrayIcon(TrayIcon::NoTray));
        bench.effects();
        bench.pass(secs(9));
        assert_eq!(started(&bench.effects()), []);
        bench.pass(secs(1));
        assert_eq!(started(&bench.effects()), [(page, true)]);
        assert!(!bench.view().has_tray);
        bench.on(Input::TrayIcon(TrayIcon::NoTray));
        bench.pass(secs(60));
        assert_eq!(started(&bench.effects()), []);
    }
}

// M2: the icon was believed to be seen where a tray took it and nobody drew it.
#[test]
fn where_a_tray_takes_the_icon_and_does_not_draw_it_the_window_stands_in() {
    let mut bench = Bench::technician();
    bench.on(Input::TrayIcon(TrayIcon::NoTray));
    bench.effects();
    bench.pass(secs(9));
    // A panel that is slow to start gets its time to draw.
    bench.on(Input::TrayIcon(TrayIcon::Taken));
    bench.pass(secs(9));
    assert!(!opens_status(&mut bench));
    assert!(!bench.view().has_tray);
    // But not again with each new start.
    bench.on(Input::TrayIcon(TrayIcon::NoTray));
    bench.on(Input::TrayIcon(TrayIcon::Taken));
    bench.pass(secs(1));
    assert!(opens_status(&mut bench));
    bench.on(Input::TrayIcon(TrayIcon::Drawn));
    assert!(bench.view().has_tray);
}

#[test]
fn a_panel_that_is_started_again_and_draws_in_time_brings_no_window() {
    let mut bench = Bench::technician();
    bench.effects();
    for _ in 0..3 {
        bench.on(Input::TrayIcon(TrayIcon::NoTray));
        bench.pass(secs(8));
        bench.on(Input::TrayIcon(TrayIcon::Taken));
        bench.pass(secs(8));
        bench.on(Input::TrayIcon(TrayIcon::Drawn));
        bench.pass(secs(60));
    }
    assert!(!opens_status(&mut bench));
}

#[test]
fn a_window_that_cannot_start_is_told() {
    let mut bench = Bench::client();
    bench.effects();
    bench.on(Input::WindowFailed { why: "deskbell-window is missing; install Deskbell again.".into() });
    assert_eq!(bench.view().notices, ["deskbell-window is missing; install Deskbell again."]);
    assert_eq!(bench.view().headline, "Offline");
}

#[test]
fn behind_a_lock_no_window_opens_in_the_place_of_the_tray_until_it_is_unlocked_and_there_is_none() {
    // M3: it took the focus from the lock screen.
    for comes_back in [true, false] {
        let mut bench = Bench::technician();
        bench.fact(Fact::Locked);
        bench.on(Input::TrayIcon(TrayIcon::NoTray));
        bench.effects();
        bench.pass(secs(3_600));
        assert!(!opens_status(&mut bench));
        bench.fact(Fact::Unlocked);
        bench.pass(secs(5));
        if comes_back {
            bench.on(Input::TrayIcon(TrayIcon::Drawn));
        }
        bench.pass(secs(6));
        assert_eq!(opens_status(&mut bench), !comes_back);
    }
}

fn opens_status(bench: &mut Bench) -> bool {
    bench.effects().iter().any(|effect| matches!(effect, Effect::StartWindow { page: Page::Status, .. }))
}

#[test]
fn a_window_that_crashes_behind_a_lock_opens_minimised() {
    let mut bench = Bench::client();
    bench.fact(Fact::Locked);
    bench.effects();
    bench.on(Input::WindowEnded { closed: false });
    let opened = bench.effects().into_iter().find_map(|effect| match effect {
        Effect::StartWindow { minimised, .. } => Some(minimised),
        _ => None,
    });
    assert_eq!(opened, Some(true));
}

#[test]
fn a_window_that_starts_after_all_is_not_called_missing_any_more() {
    let mut bench = Bench::technician();
    bench.on(Input::WindowFailed { why: "The window program is missing.".into() });
    assert_eq!(bench.view().notices.len(), 1);
    bench.on(Input::Window(WindowReport::Showing { portal: false, status: true }));
    assert_eq!(bench.view().notices.len(), 0);
}
