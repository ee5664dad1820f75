//! One organisation: who is connected, their presence, and its chats. A pure core.
//!
//! Contract:
//! - Feed every [`Event`] to [`Core::on`] with the time at which it happened; perform the effects in order.
//! - At [`Core::next_timeout`] call [`Core::on_timeout`].
//! - The moments passed to it never go back; the wall clock next to them may be set in between (`context.rs`).
//! - [`Effect::Store`] is one atomic step; there is never a second one before its [`Event::StoreReply`] has come back. Intents that
//!   need the store wait for their turn behind it, in the order in which they came, and go before presence that waits to be saved;
//!   presence itself keeps working meanwhile.
//! - After [`Effect::Close`] the connection is forgotten; its [`Event::Ended`] may still come and means nothing.
//!
//! The same events at the same times give the same effects in the same order. It knows no socket, clock, store or randomness.
//! `orgs/runner.rs` is the loop around it.

mod arrivals;
mod changes;
mod chats;
mod context;
pub(crate) mod counts;
mod departures;
mod event;
mod list_frames;
mod model;
mod people;
mod replies;
mod state;
mod store_queue;
pub mod store_request;
mod store_steps;
#[cfg(test)]
mod tests;
mod timer;
mod view;

use crate::clock::Now;
use crate::config::Config;
use crate::store::OrgSnapshot;
use crate::words;
use chat::{Audience, PersonId};
use chats::Chats;
use context::Context;
use counts::Counts;
pub use counts::Occurrence;
pub use event::{ArrivedFile, ConnId, Connected, Effect, Ended, Event, Frame, Renamed, RepliesChange};
use people::People;
use presence::{Activity, IdleReason, Moment, Role};
use protocol::{Down, ErrorCode, IntentId, Up};
use replies::CannedReplies;
pub use state::Core;
use std::collections::BTreeSet;
pub use store_queue::WAITING;
use timer::Timer;

impl Core {
    /// The organisation as it was stored, at `now`, the service's start: devices that were connected are in grace (P10).
    #[must_use]
    pub fn new(snapshot: OrgSnapshot, config: Config, now: Now) -> Self {
        // Nothing was stored later than now: if it seems so, the clock has been set back meanwhile.
        let last = snapshot.devices.iter().map(|device| device.last_frame).chain([snapshot.alive_at]).max();
        let wall = last.map_or(now.unix, |last| last.max(now.unix));
        let mut core = Self {
            cx: Context::new(config, snapshot.organisation, now.moment, wall),
            people: People::default(),
            chats: Chats::new(snapshot.sessions, snapshot.seen),
            replies: CannedReplies::new(snapshot.replies),
        };
        for person in snapshot.people {
            core.people.insert(&mut core.cx, person);
        }
        for stored in snapshot.devices {
            core.people.restore(&mut core.cx, stored, snapshot.alive_at);
        }
        let everybody: Vec<PersonId> = core.people.members.keys().copied().collect();
        for person in everybody {
            core.people.restore_preference(&mut core.cx, person);
            core.refresh(person);
            core.people.watch_absence(&mut core.cx, person);
            core.people.watch_membership(&mut core.cx, person);
        }
        core.chats.restore_times(&core.cx);
        core.chats.restore_invitations(&mut core.cx);
        core.chats.restore_follow_ups(&mut core.cx, now.unix);
        core.chats.retention.distrust_clock(&mut core.cx);
        core.tick(now);
        core.chats.note_queue(&mut core.cx, &core.people);
        // Nobody is connected yet, and the store knows all of this.
        core.cx.effects.clear();
        core
    }

    /// Takes in what happened at `now`.
    pub fn on(&mut self, event: Event, now: Now) -> Vec<Effect> {
        self.tick(now);
        match event {
            Event::Connected(connected) => self.connected(*connected),
            Event::Frame(conn, up) => self.frame(conn, up),
            Event::Refused(conn, error) => {
                self.people.heard(&mut self.cx, conn);
                self.cx.send(conn, *error);
            }
            Event::Ended(conn, how) => self.ended(conn, how),
            Event::Congested(conn) => self.people.congested(&mut self.cx, conn),
            Event::Room(conn) => self.people.room(&mut self.cx, conn),
            Event::StoreReply(reply) => self.store_replied(reply),
            Event::Added(person) => self.people.added(&mut self.cx, *person),
            Event::IdleAfter(idle_after) => {
                let idle_after_ms = u64::try_from(idle_after.as_millis()).unwrap_or(u64::MAX);
                tracing::info!(target: "service", idle_after_ms, "the idle threshold was set");
                self.cx.organisation.idle_after = Some(idle_after);
                self.tell_policy();
            }
            Event::CompleteAfter(complete_after) => {
                let complete_after_s = complete_after.as_secs();
                tracing::info!(target: "service", complete_after_s, "the time of abandoned chats and callbacks was set");
                self.cx.organisation.complete_after = Some(complete_after);
                self.chats.follow_ups_due(&mut self.cx);
            }
            Event::KeepFor(keep_for) => {
                let keep_for_s = keep_for.as_secs();
                tracing::info!(target: "service", keep_for_s, "the time for which completed chats are kept was set");
                self.cx.organisation.keep_for = Some(keep_for);
                self.chats.retention.due(&mut self.cx);
            }
            Event::FilesQuota(bytes) => {
                tracing::info!(target: "service", bytes, "the room for files was set");
                self.cx.organisation.files_quota = Some(bytes);
                self.tell_policy();
            }
            Event::FileArrived(file) => self.chats.file_arrived(&mut self.cx, *file),
            // Nothing changes, and what pages show is still true.
            Event::Typing(typing) if typing == self.cx.organisation.typing => {}
            Event::Typing(typing) => {
                tracing::info!(target: "service", typing, "whether people see that others are writing was set");
                self.cx.organisation.typing = typing;
                self.tell_policy();
                self.chats.forget_typing();
            }
            Event::ReadMarks(read_marks) => {
                tracing::info!(target: "service", read_marks, "whether people see how far others have read was set");
                self.cx.organisation.read_marks = read_marks;
                self.tell_policy();
                for person in self.people.members.keys() {
                    self.chats.refresh_personal(&mut self.cx, &self.people, *person);
                }
            }
            Event::Replies(change) => self.replies.changed(&mut self.cx, change),
            Event::Address(of, template) => {
                tracing::info!(target: "service", ?of, "an address of the organisation's own systems was set");
                self.cx.organisation.addresses.set(of, template);
                self.tell_policy();
            }
            Event::Revoked(sign_in) => self.revoked(sign_in),
            Event::Stands { person, standing, ended } => self.stands(person, standing, &ended),
            Event::Renamed(renamed) => self.renamed(renamed),
            Event::Drain { seed } => self.drain(seed),
        }
        self.effects()
    }

    /// The current counts.
    pub(crate) fn counts(&self) -> Counts {
        Counts { jobs: self.cx.queue.waiting() as u64, ..self.cx.counts }
    }

    /// How many jobs wait for the store, without the one in progress; at most [`WAITING`] intents, and jobs that nobody asked for.
    #[must_use]
    pub fn waiting_for_store(&self) -> usize {
        self.cx.queue.waiting()
    }

    /// When to call [`Core::on_timeout`].
    #[must_use]
    pub fn next_timeout(&self) -> Option<Moment> {
        self.cx.timers.next()
    }

    /// Does what is due at `now`.
    pub fn on_timeout(&mut self, now: Now) -> Vec<Effect> {
        self.tick(now);
        while let Some(timer) = self.cx.timers.due(now.moment) {
            match timer {
                Timer::Beat(conn) => self.beat(conn),
                Timer::Device(person, instance) => self.device_due(person, instance),
                Timer::Preference(person) => {
                    if self.people.is_preference_over(&mut self.cx, person) {
                        self.end_preference(person);
                    }
                }
                Timer::Absence(person) => self.chats.absence_due(&mut self.cx, &self.people, person),
                Timer::Ring(session, person) => {
                    self.chats.ring_due(&mut self.cx, &self.people, session, person);
                }
                Timer::Typing(session) => self.chats.typing_due(&mut self.cx, &self.people, session),
                Timer::FollowUps => self.chats.follow_ups_due(&mut self.cx),
                Timer::Retention => self.chats.retention.due(&mut self.cx),
                Timer::People => self.people.people_due(&mut self.cx),
                Timer::Save => self.people.save_due(&mut self.cx),
                Timer::Slow(conn) => self.slow_due(conn),
            }
        }
        self.effects()
    }

    fn effects(&mut self) -> Vec<Effect> {
        self.pump();
        if self.cx.draining && self.cx.queue.is_empty() {
            self.cx.effects.push(Effect::Drained);
        }
        std::mem::take(&mut self.cx.effects)
    }

    fn frame(&mut self, conn: ConnId, up: Up) {
        if !self.people.heard(&mut self.cx, conn) {
            return;
        }
        match up {
            // A second hello changes nothing: the first one is valid.
            Up::Hello(_) => {
                let error = words::error(None, ErrorCode::Invalid, words::SECOND_HELLO);
                self.cx.send(conn, error);
            }
            Up::Beat { activity } => self.report(conn, activity),
            Up::Activity { id, activity } => self.activity(conn, id, activity),
            Up::Bye => self.bye(conn),
            Up::Prefer { id, preference, set_ago_ms } => {
                self.people.prefer(&mut self.cx, conn, id, preference, set_ago_ms);
            }
            Up::Visible { session } => self.chats.visible(&mut self.cx, &self.people, conn, session),
            Up::Seen { session, number } => {
                let seen = self.chats.mark_seen(&mut self.cx, &self.people, conn, session, number);
                if let Some((person, number)) = seen {
                    self.people.unsaved_seen(&mut self.cx, session, person, number);
                }
            }
            Up::Typing { session, typing } => {
                self.chats.typing(&mut self.cx, &self.people, conn, session, typing);
            }
            Up::RingShown { session } => self.chats.ring_shown(&self.people, conn, session),
            Up::WatchPeople => self.people.watch_people(&mut self.cx, conn),
            Up::ListReplies { id } => CannedReplies::list(&mut self.cx, &self.people, conn, id),
            Up::PutReply { id, reply, name, text } => {
                CannedReplies::put(&mut self.cx, &self.people, conn, id, reply, (&name, &text));
            }
            Up::RemoveReply { id, reply } => {
                CannedReplies::remove(&mut self.cx, &self.people, conn, id, reply);
            }
            Up::ListDevices { id } => self.people.list_devices(&mut self.cx, conn, id),
            Up::SignOut { id, device } => self.people.sign_out(&mut self.cx, conn, id, device),
            Up::PortalCode { id } => self.people.portal_code(&mut self.cx, conn, id),
            Up::Request { id, subject, reference } => {
                self.chats.request(&mut self.cx, &self.people, conn, id, &subject, reference.as_deref());
            }
            Up::Invite { id, client, subject } => {
                self.chats.invite(&mut self.cx, &self.people, conn, id, client, subject.as_deref());
            }
            Up::Accept { id, session } => {
                self.chats.intend(&mut self.cx, &self.people, conn, id, session, chat::Intent::Accept);
            }
            Up::Decline { id, session } => {
                self.chats.intend(&mut self.cx, &self.people, conn, id, session, chat::Intent::Decline);
            }
            Up::Message { id, session, text } => {
                let written = (Audience::Everybody, text.as_str());
                self.chats.message(&mut self.cx, &self.people, conn, id, session, written);
            }
            Up::Note { id, session, text } => {
                let written = (Audience::Technicians, text.as_str());
                self.chats.message(&mut self.cx, &self.people, conn, id, session, written);
            }
            Up::Open { id, session, after } => {
                let wanted = (Audience::Everybody, after);
                self.chats.open(&mut self.cx, &self.people, conn, id, session, wanted);
            }
            Up::Notes { id, session, after } => {
                let wanted = (Audience::Technicians, after);
                self.chats.open(&mut self.cx, &self.people, conn, id, session, wanted);
            }
            Up::More { id } => self.chats.more(&mut self.cx, &self.people, conn, id),
            Up::Join { id, session } => {
                self.chats.intend(&mut self.cx, &self.people, conn, id, session, chat::Intent::Join);
            }
            Up::Assist { id, session } => {
                self.chats.intend(&mut self.cx, &self.people, conn, id, session, chat::Intent::Assist);
            }
            Up::HandOver { id, session, to, note } => {
                let offer = (to, note.as_deref());
                self.chats.hand_over(&mut self.cx, &self.people, conn, id, session, offer);
            }
            Up::Keep { id, session } => {
                self.chats.intend(&mut self.cx, &self.people, conn, id, session, chat::Intent::Keep);
            }
            Up::Dismiss { id, session } => {
                self.chats.intend(&mut self.cx, &self.people, conn, id, session, chat::Intent::Dismiss);
            }
            Up::Reopen { id, session } => {
                self.chats.intend(&mut self.cx, &self.people, conn, id, session, chat::Intent::Reopen);
            }
            Up::Leave { id, session } => {
                self.chats.intend(&mut self.cx, &self.people, conn, id, session, chat::Intent::Leave);
            }
            Up::Callback { id, session, phone, note } => {
                self.chats.call_back(
                    &mut self.cx,
                    &self.people,
                    conn,
                    id,
                    session,
                    (&phone, note.as_deref()),
                );
            }
            Up::CancelCallback { id, session } => {
                self.chats.intend(
                    &mut self.cx,
                    &self.people,
                    conn,
                    id,
                    session,
                    chat::Intent::CancelCallback,
                );
            }
            Up::Complete { id, session, note } => {
                self.chats.complete(&mut self.cx, &self.people, conn, id, session, note.as_deref());
            }
        }
    }

    fn tell_policy(&mut self) {
        for role in [Role::Technician, Role::Client] {
            let policy = self.cx.policy(role);
            self.cx.send_all(self.people.conns_with(role), Down::Policy { policy });
        }
    }

    /// Takes in what the clocks show. If the wall clock was set, what people are shown of the present moves with it.
    fn tick(&mut self, now: Now) {
        let Some(by_ms) = self.cx.tick(now) else { return };
        self.chats.retention.distrust_clock(&mut self.cx);
        let everybody: Vec<PersonId> = self.people.members.keys().copied().collect();
        for person in everybody {
            self.people.shift(&mut self.cx, person, by_ms);
            self.refresh(person);
        }
        if let Some(person) = self.cx.queue.shift_preferences(by_ms) {
            self.people.unsaved_preference(&mut self.cx, person);
        }
        self.people.unsaved_shift(&mut self.cx);
    }

    /// Takes in what a device sees.
    fn report(&mut self, conn: ConnId, activity: Activity) {
        let Some(reported) = self.people.report(&mut self.cx, conn, activity) else { return };
        if reported.is_back {
            self.end_preference(reported.person);
        }
        self.refresh(reported.person);
        self.devices_changed(reported.person);
    }

    /// A device says that its activity has changed.
    fn activity(&mut self, conn: ConnId, re: IntentId, activity: Activity) {
        self.report(conn, activity);
        match activity {
            // Before the machine sleeps, the report is out and kept (P4).
            Activity::Idle { reason: IdleReason::Asleep, .. } => {
                self.people.save_then_ok(&mut self.cx, conn, re);
            }
            Activity::Active | Activity::Idle { .. } => self.cx.ok(conn, re),
        }
    }

    /// A name has changed: tell everybody who sees it.
    fn renamed(&mut self, renamed: Renamed) {
        let people = match renamed {
            Renamed::Person(person, name) => {
                let Some(member) = self.people.members.get_mut(&person) else { return };
                member.person.name = name;
                BTreeSet::from([person])
            }
            Renamed::Company { from, to } => self.people.rename_company(&from, &to),
            Renamed::Organisation(name) => {
                self.cx.organisation.name = name;
                let everybody = self.people.members.keys().copied().collect();
                self.people.tell_who_they_are(&mut self.cx, everybody);
                return;
            }
        };
        for person in &people {
            self.people.person_changed(&mut self.cx, *person);
        }
        self.chats.renamed(&mut self.cx, &self.people, &people);
        self.people.tell_who_they_are(&mut self.cx, people);
    }
}
