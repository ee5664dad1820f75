// What keys do in the technician's portal. Pure. Single keys do nothing while one writes, and nothing with Ctrl, Alt or Meta; those with
// Ctrl, and F6, always do.

import type { List } from "./lists";

/** What a key asks for. */
export type Action =
  | { is: "move"; by: 1 | -1 }
  | { is: "join" | "dismiss" | "search" | "people" | "reply" | "note" | "handOver" | "complete" | "undo" | "help" }
  | { is: "list"; list: List };

/** What keys ask for that are not text, wherever they are pressed. */
export type Chord = { is: "palette" | "preference" } | { is: "pane"; by: 1 | -1 };

/** What a key with others that are held asks for; null if nothing. Where there is no Ctrl key, its place has Meta. */
export function chord(event: Pick<KeyboardEvent, "key" | "ctrlKey" | "metaKey" | "altKey" | "shiftKey">): Chord | null {
  const isCtrl = (event.ctrlKey !== event.metaKey) && !event.altKey;
  if (event.key === "F6" && !event.ctrlKey && !event.metaKey && !event.altKey) return { is: "pane", by: event.shiftKey ? -1 : 1 };
  if (!isCtrl || event.shiftKey) return null;
  if (event.key.toLowerCase() === "k") return { is: "palette" };
  return event.key === "." ? { is: "preference" } : null;
}

/** How long the second key of two may take, in milliseconds. */
export const SECOND_KEY_MS = 1_500;

/** A key as it was pressed. */
export interface Press {
  key: string;
  /** Ctrl, Alt or Meta was held. */
  isChord: boolean;
  /** It goes into a field, or into a menu or dialog with keys of its own. */
  isTaken: boolean;
}

const SINGLE: Record<string, Action> = {
  j: { is: "move", by: 1 },
  k: { is: "move", by: -1 },
  a: { is: "join" },
  x: { is: "dismiss" },
  "/": { is: "search" },
  p: { is: "people" },
  r: { is: "reply" },
  n: { is: "note" },
  h: { is: "handOver" },
  e: { is: "complete" },
  z: { is: "undo" },
  "?": { is: "help" },
};

const AFTER_G: Record<string, List> = { w: "waiting", m: "mine", t: "team", c: "callbacks", M: "missed", h: "history" };

/** Reads the keys, one after the other. */
export class Keys {
  #goesSince: number | null = null;

  /** What a key asks for; null if nothing. */
  press({ key, isChord, isTaken }: Press, now: number): Action | null {
    const goes = this.#goesSince !== null && now - this.#goesSince < SECOND_KEY_MS;
    // Shift is pressed on the way to the second key.
    if (key === "Shift") return null;
    this.#goesSince = null;
    if (isChord || isTaken) return null;
    if (goes) {
      const list = AFTER_G[key] ?? AFTER_G[key.toLowerCase()];
      return list === undefined ? null : { is: "list", list };
    }
    if (key === "g") {
      this.#goesSince = now;
      return null;
    }
    return SINGLE[key] ?? null;
  }
}
