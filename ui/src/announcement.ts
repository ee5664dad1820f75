// What is read aloud of an open conversation: what arrives while it is open, once, and nothing of what was there before. Pure.

import { events } from "./talk";
import type { Message, SessionView } from "./wire";
import { files, talk } from "./words";

/** Most messages that arrive at once and are read aloud whole; of more, their number is. */
export const READ_WHOLE = 3;

interface Facts {
  session: SessionView;
  messages: readonly Message[];
  /** The reader, whose own messages are not read aloud. */
  you: string;
}

/** Follows one conversation from the moment at which it is opened. */
export class Announcement {
  /** The number of the last message that was there, or was read aloud. */
  #upTo: number;
  #events: Set<string>;

  constructor(session: SessionView) {
    this.#upTo = session.messages;
    this.#events = new Set(events(session).map(({ key }) => key));
  }

  /** What to read aloud now; empty for nothing. */
  next({ session, messages, you }: Facts): string {
    const happened = events(session).filter(({ key }) => !this.#events.has(key));
    for (const { key } of happened) this.#events.add(key);
    const arrived = messages.filter(({ number, from }) => number > this.#upTo && from !== you);
    this.#upTo = Math.max(this.#upTo, messages.at(-1)?.number ?? 0);
    const said =
      arrived.length > READ_WHOLE
        ? [talk.fresh(arrived.length)]
        : arrived.map(({ from, text, file }) => talk.said(nameOf(session, from), file === undefined ? text : files.sent(file)));
    return [...happened.map(({ text }) => text), ...said].join("\n");
  }
}

function nameOf({ client, client_name, participants }: SessionView, person: string): string {
  return participants.find((each) => each.person === person)?.name ?? (person === client ? client_name : "");
}
