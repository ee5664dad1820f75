// What has happened that a user who is looking elsewhere is told (C5, C7, C8, C9, C12): a new message, a callback, a request that
// was given up, somebody who joined, the answer to an invitation or to an offered chat, the end of a chat. Pure: frames come in as they arrive. Each is told until it is seen, or
// something else happens in that chat.

import type { Message, Role, SessionView } from "../../wire";
import { isIn } from "../technician/lists";

/** What happened in a chat. */
export type What = "left" | "callback" | "joined" | "waits_again" | "answered" | "not_taken_over" | "taken_over" | "ended";

/** News of a chat, as the chat was then. */
export interface Item {
  what: What;
  session: SessionView;
}

/** Who reads this page, and what they have in front of them. */
export interface Reader {
  id: string;
  role: Role;
  /** Whether they see what happens in this chat. */
  sees(session: string): boolean;
  /** Whether they are just leaving or completing this chat themselves. */
  ends(session: string): boolean;
}

/** Most items at once; the oldest is dropped first. The lists have them all. */
export const ITEMS = 8;

/** What is told now. */
export class News {
  #items = new Map<string, Item>();
  #messages = new Map<string, Message>();

  /** The items, the oldest first. */
  get items(): readonly Item[] {
    return [...this.#items.values()];
  }

  /** The last message of each chat that has one from somebody else. */
  get messages(): ReadonlyMap<string, Message> {
    return this.#messages;
  }

  /** A chat has changed; `before` is undefined if the page did not know it. */
  session(before: SessionView | undefined, after: SessionView, reader: Reader): void {
    const what = before === undefined ? null : whatHappened(before, after, reader);
    if (what !== null || before?.status !== after.status) this.#items.delete(after.id);
    if (what === null || reader.sees(after.id) || (what === "ended" && reader.ends(after.id))) return;
    const [oldest] = this.#items.keys();
    if (oldest !== undefined && this.#items.size >= ITEMS) this.#items.delete(oldest);
    this.#items.set(after.id, { what, session: after });
  }

  /** Messages of a chat have arrived. */
  said(session: string, messages: readonly Message[], reader: Reader): void {
    const last = messages.at(-1);
    if (last === undefined || last.number < (this.#messages.get(session)?.number ?? 0)) return;
    // A person who answers has read what was said before.
    if (last.from === reader.id || reader.sees(session)) this.#messages.delete(session);
    else this.#messages.set(session, last);
  }

  /** Drops what the reader sees now. */
  look(reader: Reader): void {
    for (const id of this.#items.keys()) if (reader.sees(id)) this.#items.delete(id);
    for (const id of this.#messages.keys()) if (reader.sees(id)) this.#messages.delete(id);
  }

  /** The user has followed or closed what was told of this chat. */
  drop(session: string): void {
    this.#items.delete(session);
    this.#messages.delete(session);
  }
}

function whatHappened(before: SessionView, after: SessionView, reader: Reader): What | null {
  return reader.role === "technician" ? toTechnician(before, after, reader) : toClient(before, after);
}

function toClient(before: SessionView, after: SessionView): What | null {
  const [waited, talked] = [before.status === "waiting", before.status === "handled"];
  switch (after.status) {
    case "waiting":
      return talked ? "waits_again" : null;
    case "handled":
      return waited ? "joined" : null;
    case "completed":
      return talked ? "ended" : null;
    case "invited":
    case "abandoned":
    case "callback":
      return null;
  }
}

function toTechnician(before: SessionView, after: SessionView, { id }: Reader): What | null {
  switch (before.status) {
    case "waiting":
      return after.status === "abandoned" ? "left" : after.status === "callback" ? "callback" : null;
    case "invited":
      return before.inviter?.person === id ? ofInvitation(after) : null;
    case "handled":
      if (after.status === "completed") return isIn(before, id) ? "ended" : null;
      return after.status === "handled" ? ofOffer(before, after, id) : null;
    case "abandoned":
    case "callback":
    case "completed":
      return null;
  }
}

/** What became of this technician's invitation (C7); nothing that they did themselves. */
function ofInvitation(after: SessionView): What | null {
  const isTakenBack = after.completed_by !== undefined && after.completed_by !== after.client;
  return after.status === "handled" || (after.status === "completed" && !isTakenBack) ? "answered" : null;
}

/** What became of this technician's offer to hand the chat over (C9). */
function ofOffer(before: SessionView, after: SessionView, id: string): What | null {
  const offer = before.hand_over;
  if (offer?.by !== id) return null;
  if (after.hand_over?.declined !== undefined) return offer.declined === undefined ? "not_taken_over" : null;
  const hasJoined = after.participants.some((each) => each.left === undefined && each.joined >= offer.at);
  return hasJoined && !isIn(after, id) ? "taken_over" : null;
}
