//! Which toasts belong on the screen: waiting requests (C3), invitations (C7), new messages (C8) and announcements (C5); and which of them are there.

use super::chats::Chats;
use super::context::Context;
use super::contract::Effect;
use super::rings::Rings;
use crate::toast::{Toast, ToastKey};
use crate::words;
use chat::SessionId;
use presence::UnixMillis;
use protocol::Up;
use std::collections::BTreeSet;

/// The set of toasts.
#[derive(Debug, Default)]
pub(super) struct ToastSet {
    toasts: Vec<Toast>,
    /// Toasts that the desktop has confirmed to be on the screen.
    on_screen: BTreeSet<ToastKey>,
    /// Requests that were confirmed to the service as being on the screen.
    confirmed: BTreeSet<SessionId>,
}

impl ToastSet {
    pub(super) fn on_screen(&self) -> &BTreeSet<ToastKey> {
        &self.on_screen
    }

    /// The desktop has put it on the screen.
    pub(super) fn came_on_screen(&mut self, key: ToastKey) {
        self.on_screen.insert(key);
    }

    /// Whether this request's toast is known to be on the screen.
    pub(super) fn shows_request(&self, session: SessionId, rings: &Rings) -> bool {
        let is_of_several = rings.several().is_some_and(|several| several.contains(session));
        let key = if is_of_several { ToastKey::Several } else { ToastKey::Request(session) };
        self.on_screen.contains(&key)
    }

    /// The user has closed or followed it.
    pub(super) fn put_away(&mut self, cx: &mut Context, key: &ToastKey) {
        cx.announcements.put_away(key);
        self.on_screen.remove(key);
    }

    /// Updates the set from what rings, what is unread and what is announced.
    pub(super) fn renew(&mut self, cx: &mut Context, rings: &Rings, chats: &Chats, is_synced: bool) {
        let toasts = toasts(cx, rings, chats);
        if toasts != self.toasts {
            let keys: BTreeSet<_> = toasts.iter().map(|toast| toast.key.clone()).collect();
            self.on_screen.retain(|key| keys.contains(key));
            self.toasts.clone_from(&toasts);
            cx.effects.push(Effect::Toasts(toasts));
        }
        self.confirm(cx, rings, is_synced);
    }

    /// Tells the service which requests are on the screen (C3).
    fn confirm(&mut self, cx: &mut Context, rings: &Rings, is_synced: bool) {
        if rings.is_do_not_disturb() {
            // The desktop may hide them. What is not confirmed rings on other devices, too.
            self.on_screen.retain(|key| !key.is_of_requests());
        }
        if !is_synced {
            self.confirmed.clear();
            return;
        }
        self.confirmed.retain(|id| rings.requests().contains_key(id));
        for session in rings.requests().keys().copied() {
            if self.shows_request(session, rings) && self.confirmed.insert(session) {
                cx.send(Up::RingShown { session });
            }
        }
    }
}

/// All toasts, the latest last.
fn toasts(cx: &Context, rings: &Rings, chats: &Chats) -> Vec<Toast> {
    let names = cx.names();
    let mut toasts: Vec<(UnixMillis, Toast)> = Vec::new();
    let requests = rings.requests().iter();
    let requests = requests.filter_map(|(id, renewed)| Some((chats.get(*id)?, renewed)));
    let (of_several, single): (Vec<_>, Vec<_>) = requests
        .partition(|(session, _)| rings.several().is_some_and(|several| several.contains(session.id)));
    if let Some(several) = rings.several() {
        let latest = of_several.iter().map(|(session, _)| session.rings_since()).max().unwrap_or_default();
        let toast = words::toasts::several(several.count(), several.waited, several.ring);
        toasts.push((latest, toast));
    }
    toasts.extend(single.into_iter().map(|(session, renewed)| {
        (session.rings_since(), words::toasts::request(session, renewed.waited, renewed.ring, names))
    }));
    let organisation = cx.settings.account.as_ref().map(|account| account.organisation.as_str());
    toasts.extend(chats.invitations().map(|session| {
        let ring = rings.ring_of_invitation(session.id);
        (session.created, words::toasts::invitation(session, organisation, ring, names))
    }));
    for (session, message) in chats.unread() {
        let ring = rings.ring_of_message(session.id, message.number);
        toasts.push((message.at, words::toasts::message(session, message, ring, names)));
    }
    toasts.extend(cx.announcements.toasts(names));
    toasts.sort_by_key(|(at, _)| *at);
    // A critical toast would break through do-not-disturb (C11).
    let may_be_critical = !rings.is_do_not_disturb();
    let toasts = toasts.into_iter().map(|(_, toast)| toast);
    let finished = |toast: Toast| Toast {
        title: words::toasts::in_our_direction(toast.title),
        body: words::toasts::in_our_direction(toast.body),
        is_critical: toast.is_critical && may_be_critical,
        ..toast
    };
    toasts.map(finished).collect()
}
