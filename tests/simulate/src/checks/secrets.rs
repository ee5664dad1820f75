//! Nobody ever receives what the table "who sees and receives what" denies; no queue is over its named limit.

use crate::device::Kind;
use crate::invariant::Invariant;
use crate::net::Writes;
use crate::world::World;
use chat::PersonId;
use presence::{Preference, Role};
use protocol::{Down, SessionView};
use service::org::ConnId;

/// How many announcements an agent keeps at most.
const ANNOUNCEMENTS: usize = 8;
/// How many reports an agent keeps at most.
const REPORTS: usize = 20;

impl World {
    /// Checks a frame that the service sends.
    pub(crate) fn check_frame(&mut self, org: usize, to: &[ConnId], frame: &Down) {
        self.check_answer(to, frame);
        for to in to {
            let Some(conn) = self.node.conns.get(&to.0) else { continue };
            let reader = self.people[conn.person].id;
            self.checks.count(Invariant::Denied);
            let why = if conn.org == org {
                self.denied(conn.role, self.people[conn.person].id, org, frame)
            } else {
                Some("it is another organisation's")
            };
            if let Some(why) = why {
                let detail = format!("person {} was sent {frame:?}: {why}", conn.person);
                self.fail(Invariant::Denied, detail, &[format!("conn {} ", to.0)]);
            }
            self.check_writing(to.0, reader, frame);
        }
    }

    fn denied(&self, role: Role, reader: PersonId, org: usize, frame: &Down) -> Option<&'static str> {
        match (role, frame) {
            (Role::Client, Down::People { .. } | Down::PersonGone { .. }) => Some("clients see no people"),
            (Role::Client, Down::Replies { .. } | Down::ReplyGone { .. }) => {
                Some("canned replies are for technicians")
            }
            (Role::Client, Down::Preference { .. }) => Some("clients have no preference"),
            (_, Down::Welcome(welcome)) if welcome.you.id != reader => Some("it is somebody else's"),
            (_, Down::You { you }) if you.id != reader => Some("it is somebody else's"),
            (Role::Client, Down::Welcome(welcome)) if welcome.preference != Preference::Automatic => {
                Some("clients have no preference")
            }
            (Role::Technician, Down::People { people, .. }) => people
                .iter()
                .any(|each| self.org_of(each.id) != Some(org))
                .then_some("they are another organisation's"),
            (_, Down::Session { session }) => self.denied_session(role, reader, org, session),
            (_, Down::Messages { session, .. } | Down::Typing { session, .. }) => {
                let reads = self.known.sessions.get(session).is_some_and(|stored| {
                    stored.session.client == reader
                        || stored.session.participants.iter().any(|each| each.person == reader)
                });
                (!reads).then_some("only those who are or were in a chat read it")
            }
            (Role::Client, Down::Notes { .. }) => Some("notes are for technicians"),
            (Role::Client, Down::Mine { session, .. }) => self
                .known
                .sessions
                .get(session)
                .is_some_and(|stored| stored.session.client != reader)
                .then_some("it is another client's"),
            (Role::Technician, Down::Desk { .. }) => Some("the desk is for clients"),
            (_, Down::Devices { devices }) => {
                let own = |id| {
                    self.devices.iter().any(|device| {
                        let instance = match &device.kind {
                            Kind::Agent(machine) => machine.instance,
                            Kind::Page(page) => page.instance,
                        };
                        instance == id && self.people[device.person].id != reader
                    })
                };
                devices.iter().any(|each| own(each.id)).then_some("it is another one's device")
            }
            _ => None,
        }
    }

    fn denied_session(
        &self,
        role: Role,
        reader: PersonId,
        org: usize,
        session: &SessionView,
    ) -> Option<&'static str> {
        if self.known.sessions.get(&session.id).is_some_and(|stored| stored.org != org) {
            return Some("it is another organisation's");
        }
        // Each field is named: a new one does not compile until somebody has decided who may see it.
        let SessionView {
            id: _,
            rev: _,
            kind: _,
            status: _,
            client,
            client_name: _,
            company,
            inviter: _,
            subject: _,
            reference: _,
            created: _,
            waiting_since: _,
            ended: _,
            completed_by,
            participants,
            hand_over,
            answer_due,
            ahead,
            callback_offered: _,
            callback: _,
            note,
            messages: _,
            notes,
        } = session;
        match role {
            Role::Technician if ahead.is_some() => Some("the place is for its client"),
            Role::Technician => None,
            Role::Client if *client != reader => Some("it is another client's"),
            Role::Client
                if completed_by
                    .is_some_and(|by| by != reader && participants.iter().all(|each| each.person != by)) =>
            {
                Some("clients know the technicians of their own chats only")
            }
            Role::Client
                if company.is_some()
                    || note.is_some()
                    || hand_over.is_some()
                    || answer_due.is_some()
                    || notes.is_some() =>
            {
                Some("clients see no company, note, hand-over, reminder or private notes")
            }
            Role::Client => None,
        }
    }

    fn org_of(&self, id: PersonId) -> Option<usize> {
        self.people.iter().find(|each| each.id == id).map(|each| each.org)
    }

    pub(crate) fn check_limits(&mut self) {
        self.checks.count(Invariant::Limits);
        self.checks.count(Invariant::SignedIn);
        let mut wrong = None;
        for (id, conn) in &self.node.conns {
            if conn.queued_bytes() > service::socket::outbox::TOO_MANY_BYTES {
                wrong = Some(format!("conn {id} has {} bytes", conn.queued_bytes()));
            }
            if self.conns.get(*id).is_some_and(|conn| conn.writes == Writes::Failed) {
                wrong = Some(format!("the service keeps conn {id}, to which a write has failed"));
            }
        }
        for org in &self.node.orgs {
            let Some(runner) = &org.runner else { continue };
            let waiting = runner.core().waiting_for_store();
            if waiting > service::org::WAITING {
                wrong = Some(format!("{} waits with {waiting}", org.name));
            }
            let ended = runner.queues().filter(|conn| !self.node.conns.contains_key(&conn.0)).count();
            if ended > 0 {
                wrong = Some(format!("{} keeps queues of {ended} connections that have ended", org.name));
            }
        }
        for (index, device) in self.devices.iter().enumerate() {
            let unanswered = device.link.unanswered();
            if unanswered > link::session::UNANSWERED {
                wrong = Some(format!("device {index} has {unanswered} unanswered intents"));
            }
            if let Kind::Agent(machine) = &device.kind
                && machine.screen.announcements() > ANNOUNCEMENTS
            {
                wrong = Some(format!("device {index} keeps {} toasts", machine.screen.announcements()));
            }
        }
        if let Some(detail) = wrong {
            self.fail(Invariant::Limits, detail, &[]);
        }
    }

    pub(crate) fn check_reports(&mut self, device: usize, reports: usize) {
        if reports > REPORTS {
            self.fail(Invariant::Limits, format!("device {device} keeps {reports} reports"), &[]);
        }
    }
}
