// What a person has written and the service has not answered: kept in the tab's storage, so that a reload does not lose
// it. It goes out again under the same id, which is harmless. Knows no connection.

import type { Intent } from "./pending";
import type { Shelf } from "./shelf";

/** The intents that carry what a person says to somebody else. Notes stay in their form until they are answered. */
export type Written = Extract<Intent, { type: "chat.request" | "chat.message" | "chat.callback" }>;

/** One of them; `at` by this machine's clock. */
export interface Kept {
  frame: Written;
  person: string;
  at: number;
}

const SHELF_KEY = "deskbell.outbox";

/** Whether an intent is kept here. */
export function isWritten(frame: Intent): frame is Written {
  return frame.type === "chat.request" || frame.type === "chat.message" || frame.type === "chat.callback";
}

/** The written intents without an answer, in the order in which they were made. */
export class Outbox {
  #shelf: Shelf;

  constructor(shelf: Shelf) {
    this.#shelf = shelf;
  }

  /** Keeps an intent; a repeat keeps the first time. */
  put(kept: Kept): void {
    const all = this.#read();
    if (!all.some((each) => each.frame.id === kept.frame.id)) this.#write([...all, kept]);
  }

  /** It was answered. */
  drop(id: string): void {
    this.#write(this.#read().filter((each) => each.frame.id !== id));
  }

  /** The intents of this person; those that somebody else left in this tab are discarded. */
  of(person: string): Kept[] {
    const theirs = this.#read().filter((each) => each.person === person);
    this.#write(theirs);
    return theirs;
  }

  #read(): Kept[] {
    try {
      return JSON.parse(this.#shelf.getItem(SHELF_KEY) ?? "[]") as Kept[];
    } catch {
      return [];
    }
  }

  #write(all: readonly Kept[]): void {
    try {
      if (all.length === 0) this.#shelf.removeItem(SHELF_KEY);
      else this.#shelf.setItem(SHELF_KEY, JSON.stringify(all));
    } catch {
      // A browser that cannot store anything still sends; only a reload would then lose it.
    }
  }
}
