// What technicians read beside the chat and in the palette, over the catalogue; the other words of the portals are in words.ts. Times come in by
// the service's clock, and so does `now`.

import { locale, say } from "./catalogue";
import { isolated } from "./displayText";
import { when } from "./time";
import type { Presence } from "./wire";
import { first, presence } from "./words";

const NAMES = new Intl.ListFormat(locale, { type: "unit" });

/** About the client of the open chat, for technicians. */
export const details = {
  title: say("details-title"),
  close: say("details-close"),
  of: (name: string): string => say("details-of", { name: first(name) }),
  beside: say("details-beside"),
  gone: say("details-gone"),
  /** A presence with its times; without a connection, what it was when the connection was lost. */
  presence: (is: Presence, now: number, lostSince: number | null): string => {
    const text = is.state === "online" ? say("details-online", { since: when(is.since, now) }) : presence(is, now);
    return lostSince === null ? text : say("details-then", { time: when(lostSince, now), presence: text });
  },
  onlyOnline: say("details-only-online"),
  inChat: say("details-in-chat"),
  you: say("talk-you"),
  joined: (at: number, now: number): string => say("details-joined", { time: when(at, now) }),
  earlier: say("details-earlier"),
  none: say("details-none"),
  /** Who was in an earlier chat, and how much was said. */
  said: (names: readonly string[], messages: number): string =>
    names.length === 0 ? say("details-nobody") : say("details-said", { names: NAMES.format(names), messages }),
  all: say("details-all"),
};

/** Search, jump, do: one field for technicians. */
export const palette = {
  title: say("palette-title"),
  hint: say("palette-hint"),
  close: say("keys-close"),
  found: say("palette-found"),
  count: (count: number): string => say("palette-count", { count }),
  groups: {
    chats: say("palette-chats"),
    people: say("technician-people"),
    do: say("palette-do"),
    lists: say("keys-lists"),
    history: say("details-earlier"),
  },
  searchHistory: (words: string): string => say("palette-search-history", { words: isolated(words) }),
  /** What may be done with the open chat. */
  actions: {
    join: (client: string): string => say("palette-join", { client }),
    dismiss: (client: string): string => say("palette-dismiss", { client }),
    notNow: (client: string): string => say("palette-not-now", { client }),
    joinToo: (client: string): string => say("palette-join-too", { client }),
    reply: (client: string): string => say("palette-reply", { client }),
    note: (client: string): string => say("palette-note", { client }),
    handOver: (client: string): string => say("palette-hand-over", { client }),
    keep: (client: string): string => say("palette-keep", { client }),
    complete: (client: string): string => say("palette-complete", { client }),
    leave: (client: string): string => say("palette-leave", { client }),
    takeBack: (client: string): string => say("palette-take-back", { client }),
    details: (client: string): string => say("palette-details", { client }),
  },
  /** Somebody's presence, and what choosing them does. */
  person: {
    open: (presence: string): string => say("palette-person-open", { presence }),
    invite: (presence: string): string => say("palette-person-invite", { presence }),
    earlier: (presence: string): string => say("palette-person-earlier", { presence }),
  },
  undo: (client: string): string => say("palette-undo", { client: first(client) }),
  keys: say("palette-keys"),
  soundOn: say("palette-sound-on"),
  soundOff: say("palette-sound-off"),
  testSound: say("palette-test-sound"),
  language: (language: string): string => say("palette-language", { language }),
  ctrl: say("keys-ctrl"),
};

/** Whether requests ring in this browser, as the top bar says it. */
export const rings = {
  title: say("bell-where"),
  close: say("keys-close"),
  here: say("bell-here"),
  silent: say("bell-here-silent"),
  elsewhere: say("bell-elsewhere"),
  app: say("bell-in-app"),
  not: say("bell-not-here"),
};

/** The keys that are shown where they act. */
export const hints = {
  move: say("keys-move"),
  join: say("technician-join"),
  dismiss: say("technician-dismiss"),
  reply: say("keys-reply"),
  complete: say("technician-complete"),
};

/** The keys of the technician's portal: what each does, and what to press. */
export const keys = {
  title: say("keys-title"),
  shift: say("keys-shift"),
  close: say("keys-close"),
  single: say("keys-single"),
  groups: [
    {
      title: say("keys-lists"),
      keys: [
        [say("keys-down"), "J"],
        [say("keys-up"), "K"],
        [say("keys-open"), say("keys-enter")],
        [say("technician-join"), "A"],
        [say("technician-dismiss"), "X"],
      ],
    },
    {
      title: say("keys-go-to"),
      keys: [
        [say("technician-tab-waiting"), "G", "W"],
        [say("technician-tab-mine"), "G", "M"],
        [say("technician-tab-team"), "G", "T"],
        [say("technician-tab-callbacks"), "G", "C"],
        [say("technician-tab-missed"), "G", say("keys-shift"), "M"],
        [say("history-title"), "G", "H"],
      ],
    },
    {
      title: say("keys-in-chat"),
      keys: [
        [say("keys-reply"), "R"],
        [say("keys-note"), "N"],
        [say("technician-hand-over"), "H"],
        [say("technician-complete"), "E"],
        [say("technician-undo"), "Z"],
        [say("keys-send"), say("keys-enter")],
        [say("keys-new-line"), say("keys-shift"), say("keys-enter")],
        [say("replies-title"), "/"],
      ],
    },
    {
      title: say("keys-anywhere"),
      keys: [
        [say("palette-title"), say("keys-ctrl"), "K"],
        [say("technician-find"), "/"],
        [say("technician-people"), "P"],
        [say("keys-pane"), "F6"],
        [say("keys-preference"), say("keys-ctrl"), "."],
        [say("keys-these"), "?"],
        [say("keys-close"), say("keys-escape")],
      ],
    },
  ],
};
