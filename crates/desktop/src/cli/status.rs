//! The view in words, for a terminal.

use agent::view::{AccountView, ConnectionView, View};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};
use presence::{Activity, Role, UnixMillis};
use std::fmt::Write;

/// What `deskbell status` prints at `now`, by this machine's clock. Times are of `zone`.
pub(crate) fn words(view: &View, now: Timestamp, zone: &TimeZone) -> String {
    let ahead = SignedDuration::from_millis(view.clock_ahead_ms);
    let zone = &Seen { now: now.saturating_add(ahead).unwrap_or(now), zone: zone.clone() };
    let mut text = String::new();
    let mut line = |words: &str| {
        text.push_str(words);
        text.push('\n');
    };
    line(&view.headline);
    match (&view.connection, &view.detail) {
        // The line of the connection says when it is tried again.
        (ConnectionView::Down { .. }, _) => line(agent::words::may_see_offline()),
        (_, Some(detail)) => line(detail),
        (_, None) => {}
    }
    if let Some(account) = account(&view.account) {
        line(&account);
    }
    line(&connection(&view.connection, zone));
    line(&input(view, zone));
    if view.do_not_disturb {
        line(agent::words::do_not_disturb());
    }
    if let Some(until) = view.silent_until {
        line(&agent::words::rings_silently(&clock(until, zone)));
    }
    if !view.sound.on {
        line(agent::words::sound::off());
    }
    for waiting in &view.waiting {
        let company = waiting.company.as_ref().map(|company| format!(" ({company})")).unwrap_or_default();
        let silenced = if waiting.dismissed { ", silenced for you" } else { "" };
        line(&format!(
            "Waiting since {}: {}{company}, {}{silenced}",
            clock(waiting.since, zone),
            waiting.client,
            waiting.subject
        ));
    }
    for chat in &view.chats {
        let since =
            chat.long_since.map(|since| format!(", since {}", clock(since, zone))).unwrap_or_default();
        line(&format!("In progress: {}, {}{since}", chat.with, chat.subject));
    }
    for notice in &view.notices {
        line(&format!("Note: {notice}"));
    }
    text
}

fn account(account: &AccountView) -> Option<String> {
    match account {
        // The headline says so.
        AccountView::SignedOut { .. } => None,
        AccountView::SignedIn { name, address, .. } if name.is_empty() => {
            Some(format!("Signed in at {address}, which has not said yet as whom"))
        }
        AccountView::SignedIn { name, role, organisation, address } => {
            let role = match role {
                Role::Technician => "technician",
                Role::Client => "client",
            };
            Some(format!("Signed in: {name}, {role} of {organisation}, at {address}"))
        }
    }
}

fn connection(connection: &ConnectionView, zone: &Seen) -> String {
    match connection {
        ConnectionView::Off => "Connection: none".to_owned(),
        ConnectionView::Connecting => "Connection: being made".to_owned(),
        ConnectionView::Up { since, round_trip_ms } => {
            let mut words = format!("Connection: up since {}", clock(*since, zone));
            if let Some(millis) = round_trip_ms {
                write!(words, ", last answer after {millis} ms").expect("a string takes all");
            }
            words
        }
        ConnectionView::Down { retry_at, why } => {
            format!("Connection: lost ({why}); tried again at {}", clock(*retry_at, zone))
        }
    }
}

fn input(view: &View, zone: &Seen) -> String {
    let here = &view.here;
    let seconds = here.idle_after_ms / 1000;
    let after =
        if seconds.is_multiple_of(60) { format!("{} min", seconds / 60) } else { format!("{seconds} s") };
    let last = match here.activity {
        // Input that follows other input is not told of: the last one known of is the one that began it.
        Activity::Active => format!("in use since {}", clock(here.since, zone)),
        Activity::Idle { .. } => format!("last input {}", clock(here.last_input, zone)),
    };
    match &here.source {
        Some(source) => format!("Input: {source}; {}. Idle after {after}, {last}", here.why),
        None => format!("Input: not seen; {}. Only use of Deskbell's own window counts", here.why),
    }
}

/// What times are seen from.
struct Seen {
    /// The service's clock now.
    now: Timestamp,
    zone: TimeZone,
}

/// The time of day, with its day where that is not today.
fn clock(at: UnixMillis, seen: &Seen) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    let Ok(at) = Timestamp::from_millisecond(millis) else { return "an unknown time".to_owned() };
    let (at, now) = (at.to_zoned(seen.zone.clone()), seen.now.to_zoned(seen.zone.clone()));
    let today = now.date();
    let day = if at.date() == today {
        String::new()
    } else if at.date() == today.saturating_sub(1.day()) {
        "yesterday ".to_owned()
    } else if at.date() == today.saturating_add(1.day()) {
        "tomorrow ".to_owned()
    } else {
        at.strftime("%-d %b ").to_string()
    };
    format!("{day}{}", at.strftime("%H:%M:%S"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use agent::sound::SoundSettings;
    use agent::view::{Here, OpenChat, PreferenceView, PresenceView, Waiting};
    use chat::SessionId;
    use presence::{AwayReason, State};
    use uuid::Uuid;

    fn view() -> View {
        let at = UnixMillis(1_795_345_440_000); // 2026-11-22 11:04:00 UTC
        View {
            version: "1".into(),
            profile: "default".into(),
            account: AccountView::SignedIn {
                name: "Priya Shah".into(),
                role: Role::Technician,
                organisation: "Acme IT".into(),
                address: "help.acme.example".into(),
            },
            connection: ConnectionView::Up { since: at, round_trip_ms: Some(3) },
            headline: "Away, no input since 12:04".into(),
            detail: None,
            shown: PresenceView {
                state: State::Away,
                reason: Some(AwayReason::Idle),
                since: at,
                until: None,
            },
            here: Here {
                activity: Activity::Active,
                since: at,
                last_input: at,
                source: Some("X11 idle alarms (all input)".into()),
                why: "it costs nothing while nothing changes".into(),
                idle_after_ms: 300_000,
            },
            preference: PreferenceView::Automatic,
            waiting: vec![Waiting {
                session: SessionId(Uuid::nil()),
                client: "Dana Reyes".into(),
                company: Some("Northwind Dental".into()),
                subject: "Printer offline".into(),
                reference: None,
                since: at,
                dismissed: true,
                rings: false,
            }],
            chats: vec![OpenChat {
                session: SessionId(Uuid::nil()),
                with: "Sam Ortiz".into(),
                subject: "VPN".into(),
                unseen: 1,
                long_since: Some(at),
            }],
            silent_until: None,
            do_not_disturb: false,
            sound: SoundSettings::default(),
            hides_names: false,
            requests: Vec::new().into(),
            devices: Vec::new(),
            reports: Vec::new(),
            notices: vec!["No notification daemon runs.".into()],
            has_tray: true,
            question: None,
            clock_ahead_ms: 0,
        }
    }

    /// A minute after what the view tells of.
    fn now() -> Timestamp {
        "2026-11-22T11:05:00Z".parse().unwrap()
    }

    // P7: a time of day alone would be today's.
    #[test]
    fn times_of_another_day_bear_their_day() {
        let zone = TimeZone::UTC;
        for (now, shown) in [
            ("2026-11-22T23:52:00Z", "Waiting since 11:04:00"),
            ("2026-11-23T00:01:00Z", "Waiting since yesterday 11:04:00"),
            ("2026-11-21T23:59:00Z", "Waiting since tomorrow 11:04:00"),
            ("2026-11-24T12:00:00Z", "Waiting since 22 Nov 11:04:00"),
        ] {
            let said = words(&view(), now.parse().unwrap(), &zone);
            assert!(said.contains(shown), "{said}");
        }
    }

    #[test]
    fn says_state_reason_connection_source_and_notices() {
        let zone = TimeZone::fixed(jiff::tz::offset(1));
        assert_eq!(
            words(&view(), now(), &zone),
            "Away, no input since 12:04\n\
             Signed in: Priya Shah, technician of Acme IT, at help.acme.example\n\
             Connection: up since 12:04:00, last answer after 3 ms\n\
             Input: X11 idle alarms (all input); it costs nothing while nothing changes. Idle after 5 min, in use since \
             12:04:00\n\
             Waiting since 12:04:00: Dana Reyes (Northwind Dental), Printer offline, silenced for you\n\
             In progress: Sam Ortiz, VPN, since 12:04:00\n\
             Note: No notification daemon runs.\n"
        );
    }

    #[test]
    fn says_the_last_input_only_where_none_has_come_since() {
        let mut idle = view();
        let reason = presence::IdleReason::Idle;
        idle.here.activity = Activity::Idle { reason, idle_for_ms: 400_000 };
        let said = words(&idle, now(), &TimeZone::UTC);
        assert!(said.contains("Idle after 5 min, last input 11:04:00\n"), "{said}");
        assert!(!words(&view(), now(), &TimeZone::UTC).contains("last input"), "more may have come");
    }

    #[test]
    fn says_each_thing_once_where_nobody_is_signed_in_or_the_connection_is_lost() {
        let mut lost = view();
        lost.headline = "No connection".into();
        lost.detail = Some("Others may see you as Offline. Retrying in 8 s.".into());
        let retry_at = UnixMillis(1_795_345_448_000);
        lost.connection = ConnectionView::Down { retry_at, why: "the connection was cut".into() };
        let said = words(&lost, now(), &TimeZone::UTC);
        assert!(
            said.starts_with("No connection\nOthers may see you as Offline.\nSigned in: Priya"),
            "{said}"
        );
        assert!(
            said.contains("Connection: lost (the connection was cut); tried again at 11:04:08\n"),
            "{said}"
        );
        let mut out = view();
        out.account = AccountView::SignedOut { why: None };
        (out.headline, out.detail, out.connection) = (
            "Signed out".into(),
            Some("Sign in with the link from your administrator.".into()),
            ConnectionView::Off,
        );
        let said = words(&out, now(), &TimeZone::UTC);
        let beginning =
            "Signed out\nSign in with the link from your administrator.\nConnection: none\nInput: ";
        assert!(said.starts_with(beginning), "{said}");
    }

    // C11
    #[test]
    fn says_why_requests_ring_silently() {
        let mut view = view();
        view.do_not_disturb = true;
        let said = words(&view, now(), &TimeZone::UTC);
        let why = "\nRequests ring silently while your desktop is in do-not-disturb.\n";
        assert!(said.contains(why), "{said}");
        view.do_not_disturb = false;
        view.silent_until = Some(UnixMillis(1_795_345_440_000 + 1_800_000));
        let said = words(&view, now(), &TimeZone::UTC);
        assert!(said.contains("\nRequests ring silently until 11:34:00.\n"), "{said}");
        assert!(!said.contains("Sound is off"), "{said}");
        view.sound.on = false;
        let said = words(&view, now(), &TimeZone::UTC);
        assert!(said.contains("\nSound is off on this computer: toasts make none.\n"), "{said}");
    }

    // P12
    #[test]
    fn says_why_input_is_not_seen() {
        let mut view = view();
        view.here.source = None;
        view.here.why = "there is no display".into();
        let said = words(&view, now(), &TimeZone::UTC);
        assert!(said.contains("Input: not seen; there is no display."), "{said}");
    }
}
