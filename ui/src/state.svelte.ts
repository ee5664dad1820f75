// Everything that this page knows: the state that the service has sent, put together frame by frame. Frames come in from
// the link, and the pages read the state. A frame may come twice, and each connection states everything again: what was not
// stated before `synced` is forgotten. Decides nothing; the service has decided.

import { SvelteMap } from "svelte/reactivity";
import type { CannedReply, Down, Message, Person, Policy, Preference, SessionView, You } from "./wire";

/** The user's personal state of a chat. */
export interface Mine {
  dismissed: boolean;
  seen: number;
  visible: boolean;
  ring: boolean;
  /** The last message that the other side has seen; 0 if the service does not tell. */
  read: number;
}

const NOT_MINE_YET: Mine = { dismissed: false, seen: 0, visible: false, ring: false, read: 0 };

/** The settings until the service sends its own. */
const FIRST_POLICY: Policy = {
  idle_after_ms: 300_000,
  beat_ms: 15_000,
  grace_ms: 45_000,
  invitation_ms: 60_000,
  file_bytes: 0,
  ring: { again_after_ms: 20_000, every_ms: 10_000, pressing_until_ms: 90_000, later_every_ms: 60_000 },
  typing: false,
  read_marks: false,
};

/** The state of one page. */
export class State {
  you = $state<You | null>(null);
  policy = $state.raw<Policy>(FIRST_POLICY);
  preference = $state.raw<Preference>("automatic");
  /** Whether somebody is at their desk; null until the service has said so (clients). */
  staffed = $state<boolean | null>(null);
  /** Whether everything has been stated once: before that, missing state means nothing. */
  synced = $state(false);
  /** Whether this connection has stated everything: before that, what is known may be over. */
  isCurrent = $state(false);
  /** How often everything has been stated: once a connection. */
  syncs = $state(0);
  /** How many older chats there are beside those that were sent: missed requests and callbacks (technicians), or completed ones (clients). */
  more = $state(0);
  sessions = new SvelteMap<string, SessionView>();
  mine = new SvelteMap<string, Mine>();
  people = new SvelteMap<string, Person>();
  messages = new SvelteMap<string, readonly Message[]>();
  /** Private notes of the chats for which the page has asked for them (technicians). */
  notes = new SvelteMap<string, readonly Message[]>();
  /** The canned replies of the organisation, and one's own (technicians). They stay without a connection. */
  replies = new SvelteMap<string, CannedReply>();
  /** Who else is writing, by chat. */
  typing = new SvelteMap<string, readonly string[]>();
  /** The service's clock minus this page's clock for spans, in milliseconds. */
  clockAhead = $state(0);

  /** What this connection has stated so far; null after `synced`. */
  #stated: { sessions: Set<string>; mine: Set<string> } | null = null;

  /** Takes in a frame that arrived at `now` by this page's clock for spans. */
  receive(frame: Down, now: number): void {
    switch (frame.type) {
      case "welcome":
        // What is somebody's own is nobody else's, who signs in on the same page.
        if (this.you?.id !== frame.you.id) this.replies.clear();
        this.you = frame.you;
        this.policy = frame.policy;
        this.preference = frame.preference;
        this.clockAhead = frame.now - now;
        this.#stated = { sessions: new Set(), mine: new Set() };
        this.isCurrent = false;
        this.typing.clear();
        return;
      case "synced":
        this.#forgetUnstated();
        this.more = frame.more ?? 0;
        this.synced = true;
        this.isCurrent = true;
        this.syncs += 1;
        return;
      case "you":
        this.you = frame.you;
        return;
      case "policy":
        this.policy = frame.policy;
        if (!frame.policy.typing) this.typing.clear();
        return;
      case "preference":
        this.preference = frame.preference;
        return;
      case "session":
        this.#session(frame.session);
        return;
      case "mine": {
        const { session, dismissed, seen, visible, ring, read } = frame;
        this.#stated?.mine.add(session);
        this.mine.set(session, { dismissed, seen, visible, ring, read: read ?? 0 });
        return;
      }
      case "typing":
        this.#typing(frame.session, frame.people);
        return;
      case "desk":
        this.staffed = frame.staffed;
        return;
      case "messages":
        append(this.messages, frame.session, frame.messages);
        // Somebody whose message is here has finished writing it, also if the service says so a moment later.
        this.#typing(
          frame.session,
          (this.typing.get(frame.session) ?? []).filter((person) => frame.messages.every((each) => each.from !== person)),
        );
        return;
      case "notes":
        append(this.notes, frame.session, frame.notes);
        return;
      case "people":
        if (frame.first === true) this.people.clear();
        for (const person of frame.people) this.people.set(person.id, person);
        return;
      case "person.gone":
        this.people.delete(frame.person);
        return;
      case "replies":
        if (frame.first === true) this.replies.clear();
        for (const reply of frame.replies) this.replies.set(reply.id, reply);
        return;
      case "reply.gone":
        this.replies.delete(frame.reply);
        return;
      case "devices":
      case "ok":
      case "error":
      case "beat":
      case "reconnect":
        return;
    }
  }

  /** The user's personal state of a chat; the default if the service has not sent any. */
  mineOf(session: string): Mine {
    return this.mine.get(session) ?? NOT_MINE_YET;
  }

  /** The number of the last message of a chat that is known without a gap. */
  known(session: string): number {
    return this.messages.get(session)?.at(-1)?.number ?? 0;
  }

  /** How many messages of a chat the reader has not seen. */
  unseen(session: SessionView): number {
    return Math.max(0, session.messages - this.mineOf(session.id).seen);
  }

  #typing(session: string, people: readonly string[]): void {
    if (people.length === 0) this.typing.delete(session);
    else this.typing.set(session, people);
  }

  #session(session: SessionView): void {
    this.#stated?.sessions.add(session.id);
    if (session.ended !== undefined) this.typing.delete(session.id);
    const known = this.sessions.get(session.id);
    if (known === undefined || session.rev >= known.rev) this.sessions.set(session.id, session);
  }

  #forgetUnstated(): void {
    const stated = this.#stated;
    this.#stated = null;
    if (stated === null) return;
    for (const [id, { status }] of [...this.sessions]) {
      // A client's completed chats do not change, and no connection states them. They stay, so that a client can go on reading one.
      const isKept = status === "completed" && this.you?.role === "client";
      if (!stated.sessions.has(id) && !isKept) this.#forget(id);
    }
    for (const id of [...this.mine.keys()]) if (!stated.mine.has(id)) this.mine.delete(id);
  }

  #forget(session: string): void {
    this.sessions.delete(session);
    this.mine.delete(session);
    this.messages.delete(session);
    this.notes.delete(session);
    this.typing.delete(session);
  }
}

/** Adds what is new to the messages, or the notes, of a chat. */
function append(all: SvelteMap<string, readonly Message[]>, session: string, news: readonly Message[]): void {
  const known = all.get(session) ?? [];
  const joined = [...known];
  for (const message of news) {
    // One that leaves a gap is not accepted: the next `chat.open` or `chat.notes` brings it in order.
    if (message.number === (joined.at(-1)?.number ?? 0) + 1) joined.push(message);
  }
  if (joined.length > known.length || !all.has(session)) all.set(session, joined);
}
