// What has happened that a user who is looking elsewhere is told (C5, C8, C12): a new message, a callback, a request that was
// given up, somebody who joined, the end of a chat. Pure: frames come in as they arrive. Each is told until it is seen, or
// something else happens in that chat.

import type { Message, Role, SessionView } from "../../wire";
import { isIn } from "../technician/lists";

/** What happened in a chat. */
export type What = "left" | "callback" | "joined" | "waits_again" | "ended";

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
    if (before?.status === after.status) return;
    this.#items.delete(after.id);
    const what = whatHappened(before, after, reader);
    if (what === null || reader.sees(after.id) || (what === "ended" && reader.ends(after.id))) return;
    const [oldest] = this.#items.keys();
    if (oldest !== undefined && this.#items.size >= ITEMS) this.#items.delete(oldest);
    this.#items.set(after.id, { what, session: after });
  }

  /** Messages of a chat have arrived. */
  said(session: string, messages: readonly Message[], reader: Reader): void {
    const last = messages.at(-1);
    if (last === undefined || last.number < (this.#messages.get(session)?.number ?? 0)) return;
    // Whoever answers has read what was said before.
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

function whatHappened(before: SessionView | undefined, after: SessionView, reader: Reader): What | null {
  if (before === undefined) return null;
  const [waited, talked] = [before.status === "waiting", before.status === "handled"];
  const isTechnician = reader.role === "technician";
  switch (after.status) {
    case "waiting":
      return talked && !isTechnician ? "waits_again" : null;
    case "handled":
      return waited && !isTechnician ? "joined" : null;
    case "abandoned":
      return waited && isTechnician ? "left" : null;
    case "callback":
      return waited && isTechnician ? "callback" : null;
    case "completed":
      return talked && (!isTechnician || isIn(before, reader.id)) ? "ended" : null;
  }
}
