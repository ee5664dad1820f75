//! Who is told the addresses of the organisation's own systems.

use super::told::office;
use super::*;

const PORTAL: &str = "https://help.acme.example/chats/{session}";
const TICKETS: &str = "https://desk.example.com/tickets/{reference}";

// C10: for clients they would lead to a system that is not theirs.
#[test]
fn only_technicians_are_told_where_tickets_are() {
    let mut office = office();
    let set = office.core.on(Event::Address(AddressOf::Ticket, Some(TICKETS.to_owned())), at(after(5)));
    let tickets = |frame: &Down, expected: Option<&str>| match frame {
        Down::Policy { policy } => policy.ticket_address.as_deref() == expected,
        Down::Welcome(welcome) => welcome.policy.ticket_address.as_deref() == expected,
        _ => false,
    };
    for conn in [1, 2] {
        assert!(is_told(&set, conn, |frame| tickets(frame, Some(TICKETS))), "{set:?}");
    }
    for conn in [3, 4] {
        assert!(is_told(&set, conn, |frame| tickets(frame, None)), "{set:?}");
        assert!(!is_told(&set, conn, |frame| tickets(frame, Some(TICKETS))), "{set:?}");
    }
    let priya = connect(&mut office.core, &office.people[0].clone(), 8, Activity::Active, after(10));
    assert!(is_told(&priya, 8, |frame| tickets(frame, Some(TICKETS))), "{priya:?}");
    let dana = connect(&mut office.core, &office.people[2].clone(), 9, Activity::Active, after(10));
    assert!(is_told(&dana, 9, |frame| tickets(frame, None)), "{dana:?}");
    let none = office.core.on(Event::Address(AddressOf::Ticket, None), at(after(20)));
    assert!(is_told(&none, 1, |frame| tickets(frame, None)), "{none:?}");
}

// C10
#[test]
fn each_role_is_told_where_its_own_portal_is() {
    let mut office = office();
    let portal = |frame: &Down| match frame {
        Down::Policy { policy } => policy.portal_address.as_deref() == Some(PORTAL),
        Down::Welcome(welcome) => welcome.policy.portal_address.as_deref() == Some(PORTAL),
        _ => false,
    };
    let of = AddressOf::Portal(Role::Client);
    let set = office.core.on(Event::Address(of, Some(PORTAL.to_owned())), at(after(5)));
    assert_eq!([1, 2, 3, 4].map(|conn| is_told(&set, conn, portal)), [false, false, true, true]);
    let dana = connect(&mut office.core, &office.people[2].clone(), 9, Activity::Active, after(10));
    assert!(is_told(&dana, 9, portal), "{dana:?}");
}
