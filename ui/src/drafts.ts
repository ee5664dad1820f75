// What was written and not sent: kept in this browser until it is sent, also over a reload. Knows no page.

import type { Shelf } from "./shelf";

/** Most drafts that are kept, over all fields of all chats: the one that was written to longest ago makes room. */
export const DRAFTS_MAX = 50;

/** The field that a draft was written in. */
export type DraftKind =
  | "message"
  | "note"
  | "completion"
  | "hand-over"
  | "subject"
  | "reference"
  | "phone"
  | "call-note"
  | "reply-name"
  | "reply-text";

/** Under what a draft is kept: a message under its chat. */
export const draftKey = (of: string, is: DraftKind): string => (is === "message" ? of : `${is} ${of}`);

const SHELF_KEY = "deskbell.drafts";

interface Draft {
  person: string;
  chat: string;
  text: string;
}

/** The drafts of this browser. */
export class Drafts {
  #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** What this person has written in a chat. */
  get(person: string, chat: string): string {
    return this.#read().find((each) => each.person === person && each.chat === chat)?.text ?? "";
  }

  /** Keeps a text; an empty one is forgotten. */
  put(person: string, chat: string, text: string): void {
    const all = this.#read();
    const rest = all.filter((each) => each.person !== person || each.chat !== chat);
    if (text === "" && rest.length === all.length) return;
    this.#write(text === "" ? rest : [...rest, { person, chat, text }].slice(-DRAFTS_MAX));
  }

  /** Forgets all of them: the next person who signs in must not read them. */
  clear(): void {
    this.#write([]);
  }

  #read(): Draft[] {
    try {
      return JSON.parse(this.#shelf.getItem(SHELF_KEY) ?? "[]") as Draft[];
    } catch {
      return [];
    }
  }

  #write(all: readonly Draft[]): void {
    try {
      if (all.length === 0) this.#shelf.removeItem(SHELF_KEY);
      else this.#shelf.setItem(SHELF_KEY, JSON.stringify(all));
    } catch {
      // A full storage: what is on the page is still there to be sent.
    }
  }
}
