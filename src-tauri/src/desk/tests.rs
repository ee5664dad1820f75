//! The desk, driven by hand.

use super::*;
use crate::address::PortalAddress;
use agent::sound::SoundSettings;
use agent::view::{ConnectionView, Here, PreferenceView, PresenceView, SignInQuestion};
use presence::{Activity, State, UnixMillis};
use uuid::Uuid;

const ADDRESS: &str = "http://127.0.0.1:8080/technician/#code=abc";

/// A technician, connected.
pub(crate) fn view() -> Box<View> {
    let at = UnixMillis(1_750_000_000_000);
    Box::new(View {
        version: "0.1.0".into(),
        profile: "default".into(),
        account: AccountView::SignedIn {
            name: "Priya Shah".into(),
            role: Role::Technician,
            organisation: "Acme IT".into(),
            address: "127.0.0.1:8080".into(),
        },
        connection: ConnectionView::Up { since: at, round_trip_ms: Some(3) },
        headline: "Online".into(),
        detail: None,
        shown: PresenceView { state: State::Online, reason: None, since: at, until: None },
        here: Here {
            activity: Activity::Active,
            since: at,
            last_input: at,
            source: Some("X11, XSync alarms".into()),
            why: "It sees all input of this session.".into(),
            idle_after_ms: 300_000,
        },
        preference: PreferenceView::Automatic,
        waiting: Vec::new(),
        chats: Vec::new(),
        silent_until: None,
        do_not_disturb: false,
        sound: SoundSettings::default(),
        hides_names: false,
        requests: Vec::new().into(),
        devices: Vec::new(),
        reports: Vec::new(),
        notices: Vec::new(),
        has_tray: true,
        question: None,
        clock_ahead_ms: 0,
    })
}

fn with(change: impl FnOnce(&mut View)) -> Box<View> {
    let mut view = view();
    change(&mut view);
    view
}

fn client() -> Box<View> {
    with(|view| {
        if let AccountView::SignedIn { role, .. } = &mut view.account {
            *role = Role::Client;
        }
    })
}

fn connecting() -> Box<View> {
    with(|view| view.connection = ConnectionView::Connecting)
}

fn at(seconds: u64) -> Moment {
    Moment::at(Duration::from_secs(seconds))
}

fn chat() -> SessionId {
    SessionId(Uuid::from_u128(7))
}

fn order(page: Page, minimised: bool) -> Input {
    Input::Order(ToWindow::Show { page, minimised })
}

fn portal() -> Input {
    order(Page::Portal { chat: None }, false)
}

fn address(address: Result<&str, &str>) -> Input {
    Input::Order(ToWindow::Portal { address: address.map(str::to_owned).map_err(str::to_owned) })
}

fn showing(portal: bool, status: bool) -> Effect {
    Effect::Report(WindowReport::Showing { portal, status })
}

fn need_portal() -> Effect {
    Effect::Report(WindowReport::NeedPortal)
}

fn exit(code: u8) -> Effect {
    Effect::Exit { code, words: None }
}

fn closed() -> Effect {
    Effect::Report(WindowReport::Closed)
}

fn open_status(minimised: bool) -> Effect {
    Effect::OpenStatus { title: "Deskbell status".into(), minimised }
}

/// The effects other than updates of the desk page.
fn deeds(effects: Vec<Effect>) -> Vec<Effect> {
    effects.into_iter().filter(|effect| !matches!(effect, Effect::Publish(_))).collect()
}

/// A desk after these inputs, all at second 0.
fn after(inputs: impl IntoIterator<Item = Input>) -> Desk {
    let mut desk = Desk::new(Profile::default());
    for input in inputs {
        desk.on(input, at(0));
    }
    desk
}

fn with_portal(view: Box<View>) -> Desk {
    after([Input::Linked, Input::View(view), portal(), address(Ok(ADDRESS))])
}

#[test]
fn says_first_that_it_has_started() {
    assert_eq!(Desk::new(Profile::default()).on(Input::Linked, at(0)), [showing(false, false)]);
}

#[test]
fn opens_the_portal_at_the_address_that_the_agent_names() {
    let mut desk = after([Input::Linked, Input::View(view())]);
    let asked = desk.on(order(Page::Portal { chat: Some(chat()) }, true), at(0));
    assert_eq!(asked, [need_portal(), showing(true, false)]);
    let opened = desk.on(address(Ok(ADDRESS)), at(0));
    let there = PortalAddress::parse(ADDRESS).unwrap().at_chat(Some(chat()));
    let title = "Acme IT · Deskbell".to_owned();
    let open = Effect::OpenPortal { address: there, title, role: Role::Technician, minimised: true };
    assert_eq!(opened, [open, showing(true, false)]);
}

// C10
#[test]
fn a_portal_that_is_open_comes_to_the_front_at_the_chat() {
    let mut desk = with_portal(view());
    let shown = desk.on(order(Page::Portal { chat: Some(chat()) }, false), at(1));
    assert_eq!(shown, [Effect::GoTo(chat()), Effect::Front(WindowKind::Portal)]);
    assert_eq!(
        desk.on(order(Page::Portal { chat: None }, true), at(1)),
        [],
        "nothing hides what a user looks at"
    );
}

#[test]
fn closing_the_last_window_says_so_and_ends() {
    let mut desk = with_portal(view());
    assert_eq!(desk.on(Input::Closed(WindowKind::Portal), at(1)), [closed(), exit(0)]);
    assert_eq!(desk.on(Input::NoneLeft, at(1)), [], "only once");
}

#[test]
fn a_technicians_status_window_outlives_the_portal() {
    let mut desk = with_portal(view());
    assert_eq!(desk.on(order(Page::Status, false), at(1)), [open_status(false), showing(true, true)]);
    assert_eq!(desk.on(Input::Closed(WindowKind::Portal), at(2)), [showing(false, true)]);
    assert_eq!(desk.on(Input::Closed(WindowKind::Status), at(3)), [closed(), exit(0)]);
}

// P10
#[test]
fn a_client_who_closes_the_portal_leaves_whatever_else_is_open() {
    let mut desk = with_portal(client());
    desk.on(order(Page::Status, false), at(1));
    assert_eq!(desk.on(Input::Closed(WindowKind::Portal), at(2)), [closed(), exit(0)]);
}

#[test]
fn ends_when_the_agent_says_so() {
    let quit = || Input::Order(ToWindow::Quit);
    assert_eq!(with_portal(view()).on(quit(), at(1)), [closed(), exit(0)]);
    // The agent has another window, which keeps running, so this one must not report that it was closed.
    assert_eq!(after([Input::Linked]).on(quit(), at(1)), [exit(0)]);
}

#[test]
fn the_status_window_explains_why_there_is_no_portal_and_gives_way_to_it() {
    let mut desk = after([Input::Linked, Input::View(connecting()), portal()]);
    assert_eq!(deeds(desk.on(address(Err("there is no connection")), at(1))), [], "a moment's patience");
    assert_eq!(desk.next_timeout(), Some(at(3)));
    assert_eq!(desk.on_timeout(at(3)), [open_status(false), showing(true, true)]);
    let notice = "The portal cannot be shown: there is no connection. It opens here as soon as it can.";
    assert_eq!(desk.shown().unwrap().notices, [notice]);
    assert_eq!(deeds(desk.on(Input::View(view()), at(60))), [need_portal()]);
    let opened = desk.on(address(Ok(ADDRESS)), at(60));
    assert!(matches!(opened[0], Effect::OpenPortal { .. }));
    assert_eq!(opened[1..], [Effect::Withdraw(WindowKind::Status), showing(true, false)]);
}

#[test]
fn no_window_flashes_by_while_the_connection_comes_up() {
    let mut desk = after([Input::Linked, Input::View(connecting()), portal(), address(Err("not connected"))]);
    assert_eq!(deeds(desk.on(Input::View(view()), at(2))), [need_portal()]);
    let opened = desk.on(address(Ok(ADDRESS)), at(2));
    assert!(matches!(opened[0], Effect::OpenPortal { .. }));
    assert_eq!(opened[1..], [showing(true, false)]);
}

#[test]
fn a_portal_that_fails_to_load_is_tried_again_while_the_connection_is_up() {
    let mut desk = with_portal(client());
    let failed = deeds(desk.on(Input::Failed(WindowKind::Portal, "refused".into()), at(5)));
    assert_eq!(
        failed,
        [open_status(false), showing(true, true), Effect::Withdraw(WindowKind::Portal)],
        "P10: still there"
    );
    assert_eq!(desk.on(Input::Closed(WindowKind::Portal), at(5)), [], "it was not the user");
    assert_eq!(desk.next_timeout(), Some(at(15)));
    assert_eq!(desk.on_timeout(at(15)), [need_portal()]);
    let held = desk.on_timeout(at(25));
    assert_eq!(
        deeds(held),
        [Effect::Ask(WindowKind::Status)],
        "no answer in time: held, and asked for again later"
    );
    assert_eq!(desk.next_timeout(), Some(at(35)));
}

#[test]
fn closing_the_window_that_stands_in_ends_the_waiting() {
    let mut desk = after([Input::Linked, Input::View(connecting()), portal(), address(Err("not connected"))]);
    desk.on_timeout(at(3));
    assert_eq!(desk.on(Input::Closed(WindowKind::Status), at(4)), [closed(), exit(0)]);
}

#[test]
fn an_address_in_the_clear_is_not_shown() {
    let mut desk = after([Input::Linked, Input::View(view()), portal()]);
    desk.on(address(Ok("http://help.acme.example/")), at(4));
    assert!(desk.shown().unwrap().notices[0].contains("not encrypted"));
}

#[test]
fn signing_out_leaves_only_the_status_window() {
    let mut desk = with_portal(view());
    let signed_out = || with(|view| view.account = AccountView::SignedOut { why: None });
    let left = deeds(desk.on(Input::View(signed_out()), at(1)));
    assert_eq!(
        left,
        [
            open_status(false),
            showing(false, true),
            Effect::Withdraw(WindowKind::Portal),
            showing(false, true)
        ]
    );
    assert_eq!(desk.on(portal(), at(2)), [Effect::Front(WindowKind::Status)], "there is no portal to show");
}

#[test]
fn a_lost_agent_is_said_on_the_desk_page_and_everything_is_restated_when_it_is_back() {
    let mut desk = with_portal(view());
    desk.on(order(Page::Status, false), at(1));
    let told = desk.on(Input::Unlinked, at(2));
    let [Effect::Publish(view_now)] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(view_now.headline, words::agent_lost());
    assert!(
        matches!(view_now.connection, ConnectionView::Down { .. }),
        "never a picture of Online that nobody vouches for"
    );
    assert_eq!(desk.on(Input::Touched, at(2)), []);
    assert_eq!(desk.on(Input::Linked, at(3)), [showing(true, true), need_portal()]);
    let fresh = PortalAddress::parse(ADDRESS).unwrap();
    assert_eq!(desk.on(address(Ok(ADDRESS)), at(3)), [Effect::Navigate(fresh)], "the page signs in again");
    assert_eq!(desk.shown().unwrap().headline, "Online");
}

#[test]
fn an_agent_that_stays_away_is_explained_and_the_end_is_a_failure() {
    let mut desk = with_portal(view());
    desk.on(Input::Unlinked, at(2));
    let told = deeds(desk.on(Input::GaveUp("it ended".into()), at(40)));
    assert_eq!(told[0], open_status(false));
    assert_eq!(desk.shown().unwrap().headline, words::agent_gone());
    assert_eq!(desk.shown().unwrap().shown.state, State::Offline);
    desk.on(Input::Closed(WindowKind::Portal), at(50));
    assert_eq!(desk.on(Input::Closed(WindowKind::Status), at(50)), [closed(), exit(1)]);
}

#[test]
fn without_a_window_the_words_go_to_the_terminal() {
    let told = Desk::new(Profile::default()).on(Input::GaveUp("it is missing".into()), at(1));
    let [Effect::Exit { code: 1, words: Some(words) }] = told.as_slice() else { panic!("{told:?}") };
    assert!(
        words.contains("could not be started.")
            && words.contains("background part is missing: it is missing."),
        "{words}"
    );
}

/// The agent asks before a link signs in.
fn asking() -> Box<View> {
    with(|view| {
        view.account = AccountView::SignedOut { why: None };
        view.question = Some(SignInQuestion {
            id: Uuid::from_u128(9),
            host: "help.acme.example".into(),
            is_encrypted: true,
        });
    })
}

fn hide_question() -> Input {
    Input::Order(ToWindow::Hide { page: Page::SignIn })
}

#[test]
fn the_question_has_a_window_and_closing_it_is_no() {
    let mut desk = after([Input::Linked, Input::View(asking())]);
    let open = Effect::OpenQuestion { title: "Sign in? · Deskbell".into() };
    assert_eq!(desk.on(order(Page::SignIn, false), at(1)), [open]);
    assert_eq!(desk.on(order(Page::SignIn, false), at(2)), [Effect::Front(WindowKind::SignIn)], "one window");
    assert_eq!(
        desk.on(Input::NoneLeft, at(2)).len(),
        2,
        "if the user's system took it away, the program ends"
    );
    let mut desk = after([Input::Linked, Input::View(asking()), order(Page::SignIn, false)]);
    let no = Effect::Intend(Intent::AnswerSignIn { question: Uuid::from_u128(9), sign_in: false });
    assert_eq!(desk.on(Input::Closed(WindowKind::SignIn), at(3)), [no, closed(), exit(0)]);
}

#[test]
fn an_answered_question_goes_and_leaves_what_else_is_open() {
    let question = || after([Input::Linked, Input::View(asking()), order(Page::SignIn, false)]);
    let withdraw = || Effect::Withdraw(WindowKind::SignIn);
    assert_eq!(question().on(hide_question(), at(1)), [withdraw(), closed(), exit(0)]);
    let mut status = question();
    status.on(order(Page::Status, false), at(1));
    assert_eq!(status.on(hide_question(), at(2)), [withdraw()]);
    // A client's portal is about to open: it was ordered before the view that says who is signed in.
    let mut portal_comes = question();
    assert_eq!(portal_comes.on(portal(), at(1)), []);
    assert_eq!(portal_comes.on(hide_question(), at(1)), [withdraw()]);
    assert_eq!(portal_comes.on(Input::NoneLeft, at(1)), []);
    assert_eq!(deeds(portal_comes.on(Input::View(client()), at(1))), [need_portal(), showing(true, false)]);
    // It was answered elsewhere before its window existed.
    let mut late = after([Input::Linked, Input::View(view()), order(Page::SignIn, false)]);
    assert_eq!(late.on(hide_question(), at(1)), [withdraw(), closed(), exit(0)]);
}

#[test]
fn a_question_comes_beside_an_open_window_before_the_view_that_has_it_and_goes_with_its_agent() {
    let signed_out = || with(|view| view.account = AccountView::SignedOut { why: None });
    let mut desk = after([Input::Linked, Input::View(signed_out()), order(Page::Status, false)]);
    let open = Effect::OpenQuestion { title: "Sign in? · Deskbell".into() };
    assert_eq!(desk.on(order(Page::SignIn, false), at(1)), [open]);
    assert_eq!(deeds(desk.on(Input::View(signed_out()), at(1))), [], "a view that was under way");
    assert_eq!(deeds(desk.on(Input::View(asking()), at(1))), []);
    // The agent ends, and the next one knows no question.
    desk.on(Input::Unlinked, at(2));
    desk.on(Input::Linked, at(3));
    assert_eq!(deeds(desk.on(Input::View(signed_out()), at(3))), [Effect::Withdraw(WindowKind::SignIn)]);
}

#[test]
fn a_client_who_signs_in_by_the_status_window_gets_the_portal() {
    let signed_out = with(|view| view.account = AccountView::SignedOut { why: None });
    let mut desk = after([Input::Linked, Input::View(signed_out), order(Page::Status, false)]);
    assert_eq!(desk.on(portal(), at(1)), [Effect::Front(WindowKind::Status)]);
    assert_eq!(deeds(desk.on(Input::View(client()), at(1))), [need_portal(), showing(true, true)]);
}

// P12
#[test]
fn input_is_reported_once_a_second_at_most() {
    let mut desk = with_portal(view());
    let reported = [Effect::Report(WindowReport::Input)];
    assert_eq!(desk.on(Input::Touched, Moment::at(Duration::from_millis(100))), reported);
    assert_eq!(desk.on(Input::Touched, Moment::at(Duration::from_millis(1_099))), []);
    assert_eq!(desk.on(Input::Touched, Moment::at(Duration::from_millis(1_100))), reported);
}

#[test]
fn started_by_hand_it_wants_a_page_by_itself() {
    let mut desk = after([Input::Linked, Input::View(view())]);
    assert_eq!(desk.next_timeout(), Some(at(2)));
    let page = Page::Portal { chat: None };
    assert_eq!(desk.on_timeout(at(2)), [Effect::Intend(Intent::Open { page })]);
    assert_eq!(desk.next_timeout(), None);
}

mod page_liveness;

fn hide_portal() -> Input {
    Input::Order(ToWindow::Hide { page: Page::Portal { chat: None } })
}

// C10: the organisation has a portal of its own, which the browser shows.
#[test]
fn a_portal_that_opens_elsewhere_goes_and_leaves_the_status_window() {
    let mut waits = after([Input::Linked, Input::View(client()), portal()]);
    assert_eq!(waits.on(hide_portal(), at(1)), [closed(), exit(0)]);
    let mut open = with_portal(view());
    open.on(order(Page::Status, false), at(1));
    let withdraw = Effect::Withdraw(WindowKind::Portal);
    assert_eq!(open.on(hide_portal(), at(2)), [withdraw, showing(false, true)]);
}
