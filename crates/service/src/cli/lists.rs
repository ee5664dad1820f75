//! Lists as people read them in a terminal: aligned columns under headings. Scripts read `--json`.

use crate::admin::{CannedReplyLine, CompanyLine, LinkLine, OrgLine, PersonLine, Reply, SignInLine};
use crate::words;
use jiff::Timestamp;
use presence::{Role, UnixMillis};
use std::time::Duration;

/// Spaces between columns.
const GAP: usize = 2;
/// Characters of a text that a list shows: with a name of usual length, a line of a terminal.
const BEGINNING_CHARS: usize = 60;

/// An answer as scripts read it.
pub(super) fn json(reply: &Reply) -> serde_json::Result<String> {
    match reply {
        Reply::People(lines) => serde_json::to_string_pretty(lines),
        Reply::Person(person, sign_ins, links) => {
            let mut shown = serde_json::to_value(person)?;
            shown["sign_ins"] = serde_json::to_value(sign_ins)?;
            shown["links"] = serde_json::to_value(links)?;
            serde_json::to_string_pretty(&shown)
        }
        Reply::Links(lines) => serde_json::to_string_pretty(lines),
        Reply::SignIns(lines) => serde_json::to_string_pretty(lines),
        Reply::Orgs(lines) => serde_json::to_string_pretty(lines),
        Reply::Companies(lines) => serde_json::to_string_pretty(lines),
        Reply::CannedReplies(lines) => serde_json::to_string_pretty(lines),
        Reply::Link { link, .. } => Ok(link.clone()),
        Reply::Done(what) | Reply::Refused(what) => Ok(what.clone()),
    }
}

/// People, one a line.
pub(super) fn people(lines: &[PersonLine]) -> String {
    let rows = lines
        .iter()
        .map(|line| [line.name.clone(), connected(line).to_owned(), role(line), line.org.clone()]);
    table(["NAME", "CONNECTED", "ROLE", "ORGANISATION"], rows)
}

fn connected(line: &PersonLine) -> &'static str {
    match (line.suspended, line.connected) {
        (true, _) => "suspended",
        (false, true) => "yes",
        (false, false) => "no",
    }
}

fn role(line: &PersonLine) -> String {
    match (&line.role, &line.company) {
        (Role::Client, Some(company)) => format!("client of {company}"),
        (Role::Client, None) => "client".to_owned(),
        (Role::Technician, _) => "technician".to_owned(),
    }
}

/// All about one person, and what they can sign in with.
pub(super) fn person(line: &PersonLine, sign_ins: &[SignInLine], links: &[LinkLine]) -> String {
    let seen = match (line.connected, line.last_seen) {
        (true, _) => String::new(),
        (false, UnixMillis(0)) => ", never was".to_owned(),
        (false, at) => format!(", last on {}", day(at)),
    };
    let mut parts = vec![
        format!("{}, {} in {}", line.name, role(line), line.org),
        format!("Connected: {}{seen}", connected(line)),
        format!("Id: {}", line.id.0),
    ];
    let lists = [("Sign-ins", self::sign_ins(sign_ins)), ("Unused links", self::links(links))];
    for (what, list) in lists {
        let list = if list.is_empty() { " none".to_owned() } else { format!("\n{list}") };
        parts.push(format!("{what}:{list}"));
    }
    parts.join("\n")
}

/// Links, one a line; the id first, since that is what `link revoke` wants.
pub(super) fn links(lines: &[LinkLine]) -> String {
    let rows = lines.iter().map(|line| {
        [line.id.to_string(), day(line.created), day(line.until), line.name.clone(), line.org.clone()]
    });
    table(["ID", "MADE", "UNTIL", "NAME", "ORGANISATION"], rows)
}

/// Sign-ins, one a line; the id first, since that is what `sign-in revoke` wants.
pub(super) fn sign_ins(lines: &[SignInLine]) -> String {
    let rows = lines.iter().map(|line| {
        [line.id.to_string(), day(line.created), line.name.clone(), line.device.clone(), line.org.clone()]
    });
    table(["ID", "SINCE", "NAME", "DEVICE", "ORGANISATION"], rows)
}

/// Organisations, one a line.
pub(super) fn orgs(lines: &[OrgLine]) -> String {
    let rows = lines.iter().map(|line| {
        let idle_after = words::span(Duration::from_millis(line.idle_after_ms));
        let complete_after = words::span(Duration::from_millis(line.complete_after_ms));
        let keep_for = words::span(Duration::from_millis(line.keep_for_ms));
        let (technicians, clients) = (line.technicians.to_string(), line.clients.to_string());
        let files =
            if line.files_quota_bytes == 0 { "none".to_owned() } else { words::size(line.files_quota_bytes) };
        let [typing, read_marks] = [line.typing, line.read_marks].map(|is_on| switch(is_on).to_owned());
        let name = line.name.clone();
        [
            name,
            technicians,
            clients,
            idle_after,
            complete_after,
            keep_for,
            files,
            typing,
            read_marks,
            line.ticket_address.clone().unwrap_or_else(|| "none".to_owned()),
            portals(line),
            String::new(),
        ]
    });
    let headings = [
        "NAME",
        "TECHNICIANS",
        "CLIENTS",
        "IDLE AFTER",
        "COMPLETE AFTER",
        "CHATS KEPT FOR",
        "FILES",
        "TYPING",
        "READ MARKS",
        "TICKET ADDRESS",
        "OWN PORTALS",
        "",
    ];
    table(headings, rows)
}

/// Where people have a portal of their organisation, by role.
fn portals(line: &OrgLine) -> String {
    let all = [("technicians", &line.technician_portal), ("clients", &line.client_portal)];
    let own = all.iter().filter_map(|(who, address)| Some(format!("{who}: {}", address.as_deref()?)));
    let own = own.collect::<Vec<_>>().join(", ");
    if own.is_empty() { "none".to_owned() } else { own }
}

fn switch(is_on: bool) -> &'static str {
    if is_on { "on" } else { "off" }
}

/// Companies, one a line.
pub(super) fn companies(lines: &[CompanyLine]) -> String {
    let rows = lines.iter().map(|line| [line.name.clone(), line.people.to_string(), line.org.clone()]);
    table(["NAME", "PEOPLE", "ORGANISATION"], rows)
}

/// Canned replies, one a line, with as much of each as fits.
pub(super) fn canned_replies(lines: &[CannedReplyLine]) -> String {
    let rows = lines.iter().map(|line| [line.name.clone(), beginning(&line.text), line.org.clone()]);
    table(["NAME", "TEXT", "ORGANISATION"], rows)
}

/// The beginning of a text, on one line.
fn beginning(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= BEGINNING_CHARS {
        return line;
    }
    line.chars().take(BEGINNING_CHARS - 1).chain(['…']).collect()
}

/// Empty if there are no rows. The last column is left out if it is the same in every row and is not the only one.
fn table<const N: usize>(headings: [&str; N], rows: impl Iterator<Item = [String; N]>) -> String {
    let rows: Vec<[String; N]> = rows.collect();
    let Some(first) = rows.first() else { return String::new() };
    let shown = if rows.iter().all(|row| row[N - 1] == first[N - 1]) { N - 1 } else { N };
    let widths: Vec<usize> = (0..shown)
        .map(|column| {
            let cells = rows.iter().map(|row| row[column].chars().count());
            cells.chain([headings[column].chars().count()]).max().unwrap_or(0)
        })
        .collect();
    let line = |cells: &[&str]| {
        let padded: Vec<String> = cells
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:<width$}", width = width + GAP))
            .collect();
        padded.concat().trim_end().to_owned()
    };
    let mut lines = vec![line(&headings[..shown])];
    lines.extend(rows.iter().map(|row| line(&row[..shown].iter().map(String::as_str).collect::<Vec<_>>())));
    lines.join("\n")
}

/// The day in UTC, as `2026-11-22`.
fn day(at: UnixMillis) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    // A date beyond the calendar comes from a wrong clock.
    Timestamp::from_millisecond(millis).unwrap_or(Timestamp::MAX).strftime("%F").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const DAY_MS: u64 = 24 * 60 * 60 * 1_000;

    fn person(org: &str, name: &str, company: Option<&str>, connected: bool) -> PersonLine {
        let role = if company.is_some() { Role::Client } else { Role::Technician };
        let company = company.map(str::to_owned);
        PersonLine {
            id: chat::PersonId(Uuid::nil()),
            org: org.to_owned(),
            name: name.to_owned(),
            role,
            company,
            suspended: false,
            connected,
            last_seen: UnixMillis(0),
        }
    }

    #[test]
    fn people_are_listed_in_columns_with_the_organisation_only_if_there_are_several() {
        let mut lines = vec![
            person("Acme", "Priya Shah", None, true),
            person("Acme", "Łukasz", Some("Northwind"), false),
        ];
        assert_eq!(
            people(&lines),
            "NAME        CONNECTED  ROLE\n\
             Priya Shah  yes        technician\n\
             Łukasz      no         client of Northwind"
        );
        lines.push(person("Other", "Sam", None, false));
        assert!(
            people(&lines).ends_with("Sam         no         technician           Other"),
            "{}",
            people(&lines)
        );
        assert_eq!(people(&[]), "");
    }

    #[test]
    fn what_an_organisation_has_set_is_shown() {
        let line = OrgLine {
            id: Uuid::nil(),
            name: "Acme".to_owned(),
            technicians: 2,
            clients: 30,
            idle_after_ms: 5_000,
            complete_after_ms: 14 * DAY_MS,
            keep_for_ms: 90 * DAY_MS,
            files_quota_bytes: 2 << 30,
            typing: false,
            read_marks: true,
            ticket_address: Some("https://desk.example.com/tickets/{reference}".to_owned()),
            technician_portal: None,
            client_portal: Some("https://help.acme.example/{session}".to_owned()),
        };
        assert_eq!(
            orgs(&[line]),
            "NAME  TECHNICIANS  CLIENTS  IDLE AFTER  COMPLETE AFTER  CHATS KEPT FOR  FILES  TYPING  READ MARKS  TICKET ADDRESS                                OWN PORTALS\n\
             Acme  2            30       5 seconds   14 days         90 days         2 GiB  off     on          https://desk.example.com/tickets/{reference}  clients: https://help.acme.example/{session}"
        );
    }

    #[test]
    fn a_sign_in_fits_into_80_columns() {
        let line = SignInLine {
            id: Uuid::nil(),
            org: "Acme".to_owned(),
            name: "Priya Shah".to_owned(),
            device: "Priya's laptop".to_owned(),
            created: UnixMillis(1_795_340_000_000),
        };
        let text = sign_ins(&[line]);
        assert!(text.lines().all(|line| line.chars().count() <= 80), "{text}");
        assert!(
            text.ends_with("00000000-0000-0000-0000-000000000000  2026-11-22  Priya Shah  Priya's laptop"),
            "{text}"
        );
    }

    #[test]
    fn days_are_calendar_days() {
        let days = [
            (0, "1970-01-01"),
            (59, "1970-03-01"),
            (11_016, "2000-02-29"),
            (20_783, "2026-11-26"),
            (24_166, "2036-03-01"),
            (u64::MAX / DAY_MS, "9999-12-30"),
        ];
        for (number, expected) in days {
            assert_eq!(day(UnixMillis(number * DAY_MS)), expected);
        }
    }
}
