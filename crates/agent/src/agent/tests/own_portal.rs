//! An organisation that has a portal of its own: it opens in the system's browser, at the chat that was wanted (C10).

use super::*;

const OWN: &str = "https://help.acme.example/chats/{session}/";

fn policy(portal: Option<&str>) -> Down {
    let portal_address = portal.map(str::to_owned);
    Down::Policy { policy: Policy { portal_address, ..Policy::default() } }
}

/// What the browser is told to open, unless a window or a code is asked for as well.
fn opened(effects: &[Effect]) -> Vec<&str> {
    let opens = effects.iter().filter_map(|effect| match effect {
        Effect::OpenBrowser(address) => Some(address.as_str()),
        Effect::StartWindow { page: Page::Portal { .. }, .. }
        | Effect::ToWindow(ToWindow::Show { page: Page::Portal { .. }, .. } | ToWindow::Portal { .. })
        | Effect::Link(Order::Send(Up::PortalCode { .. })) => panic!("{effect:?}"),
        _ => None,
    });
    opens.collect()
}

fn address(of: u128) -> String {
    format!("https://help.acme.example/chats/{}/", chat(of).0)
}

#[test]
fn every_way_to_a_chat_leads_to_it_in_the_organisations_portal() {
    let mut bench = Bench::technician();
    bench.down(policy(Some(OWN)));
    bench.session(5, 1, &json!({}));
    bench.mine(5, true);
    bench.effects();
    // The tray's entry, a second launch and the terminal.
    bench.wants(Intent::Open { page: Page::Portal { chat: Some(chat(5)) } });
    assert_eq!(opened(&bench.effects()), [address(5)]);
    bench.wants(Intent::Open { page: Page::Portal { chat: None } });
    assert_eq!(opened(&bench.effects()), ["https://help.acme.example/chats//"]);
    // A link.
    bench.wants(Intent::Link { link: format!("deskbell:chat/{}", chat(6).0) });
    assert_eq!(opened(&bench.effects()), [address(6)]);
    // A toast.
    bench.on(Input::Toast(ToastEvent::Clicked(ToastKey::Request(chat(5)))));
    assert_eq!(opened(&bench.effects()), [address(5)]);
    // Joining.
    bench.wants(Intent::Join { session: chat(5) });
    let sent = bench.sent();
    let [Up::Join { id, .. }] = sent[..] else { panic!("{sent:?}") };
    bench.ok(id);
    assert_eq!(opened(&bench.effects()), [address(5)]);
}

#[test]
fn it_is_known_before_the_connection_and_forgotten_with_the_account() {
    let mut known = start(Some(Role::Technician));
    known.settings.portal_address = Some(OWN.to_owned());
    let mut bench = Bench::with(known, Role::Technician);
    bench.effects();
    bench.wants(Intent::Link { link: format!("deskbell:chat/{}", chat(6).0) });
    assert_eq!(opened(&bench.effects()), [address(6)]);
    bench.fact(Fact::Active);
    bench.connect();
    // The service's portal again: the policy says so.
    bench.effects();
    bench.wants(Intent::Open { page: Page::Portal { chat: None } });
    let effects = bench.effects();
    assert!(effects.iter().any(|effect| matches!(effect, Effect::StartWindow { .. })), "{effects:?}");
    bench.down(policy(Some(OWN)));
    bench.effects();
    bench.on(Input::Link(Event::Ended(link::End::SignIn)));
    let mut saved = bench.effects().into_iter().filter_map(|effect| match effect {
        Effect::SaveSettings(settings) => Some(settings),
        _ => None,
    });
    assert_eq!(saved.next_back().unwrap().portal_address, None);
}

#[test]
fn a_window_that_was_started_for_the_portal_gives_way_to_the_browser() {
    // The first start after signing in: nothing is known before the service says it.
    let mut bench = Bench::with(Start { background: false, ..start(Some(Role::Client)) }, Role::Client);
    bench.fact(Fact::Active);
    bench.wants(Intent::Open { page: Page::Portal { chat: Some(chat(5)) } });
    bench.on(Input::Window(WindowReport::NeedPortal));
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    bench.greet();
    bench.down(policy(Some(OWN)));
    bench.effects();
    bench.down(Down::Synced { more: 0 });
    let effects = bench.effects();
    assert_eq!(opened(&effects), [address(5)]);
    let hide = ToWindow::Hide { page: Page::Portal { chat: Some(chat(5)) } };
    assert!(effects.contains(&Effect::ToWindow(hide)), "{effects:?}");
    // P10: there is no window whose closing would mean leaving, and nothing says so.
    bench.on(Input::Window(WindowReport::Closed));
    bench.on(Input::WindowEnded { closed: true });
    let effects = bench.effects();
    assert!(
        !effects
            .iter()
            .any(|effect| matches!(effect, Effect::Link(Order::Disconnect { .. }) | Effect::Toasts(_))),
        "{effects:?}"
    );
}

#[test]
fn a_client_is_connected_at_login_without_a_browser_and_gets_the_window_back() {
    let mut known = start(Some(Role::Client));
    known.settings.portal_address = Some(OWN.to_owned());
    let mut bench = Bench::with(known, Role::Client);
    bench.fact(Fact::Active);
    let effects = bench.effects();
    assert!(opened(&effects).is_empty(), "nobody has asked for it");
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Link(Order::Connect(_)))));
    bench.greet();
    let effects = bench.effects();
    let minimised = Effect::StartWindow { page: Page::Portal { chat: None }, minimised: true };
    assert!(effects.contains(&minimised), "its own portal is gone: {effects:?}");
}

// A service could open a tab in the browser as often as it liked.
#[test]
fn a_window_that_nobody_has_asked_for_gives_way_to_nothing() {
    let mut bench = Bench::with(start(Some(Role::Client)), Role::Client);
    bench.fact(Fact::Active);
    bench.on(Input::Window(WindowReport::NeedPortal));
    bench.on(Input::Window(WindowReport::Showing { portal: true, status: false }));
    bench.greet();
    for _ in 0..3 {
        bench.effects();
        bench.down(policy(Some(OWN)));
        bench.down(Down::Synced { more: 0 });
        bench.on(Input::Window(WindowReport::NeedPortal));
        assert!(opened(&bench.effects()).is_empty());
        bench.down(policy(None));
        bench.on(Input::Window(WindowReport::NeedPortal));
    }
}

// The service is not trusted with what the user's browser opens.
#[test]
fn an_address_that_is_none_opens_nothing() {
    for hostile in
        ["file:///etc/passwd?{session}", "http://help.acme.example/{session}", "https://help.acme.example/"]
    {
        let mut known = start(Some(Role::Technician));
        known.settings.portal_address = Some(hostile.to_owned());
        let mut bench = Bench::with(known, Role::Technician);
        bench.effects();
        bench.wants(Intent::Open { page: Page::Portal { chat: None } });
        let effects = bench.effects();
        assert!(
            !effects.iter().any(|effect| matches!(effect, Effect::OpenBrowser(_))),
            "{hostile}: {effects:?}"
        );
    }
}
