// What a technician's page offers in the palette, whatever is typed: what may be done with the open chat, with oneself and with the page; the
// lists; and the chats. Pure: what choosing does comes from the page.

import type { IconName } from "../../parts/icons";
import type { MenuItem } from "../../parts/menu";
import type { Person, PreferenceChange, SessionView } from "../../wire";
import { keys as keyWords, palette as words } from "../../technicianWords";
import { about, history, presence, technician } from "../../words";
import { LIST_ICON } from "./listIcons";
import { TABS, type List, type Lists } from "./lists";
import { chatActions, type ChatAction, type Offer } from "./palette";
import { mayInvite } from "./people";

/** Spans of Away to choose from, in minutes. */
const MINUTES = [15, 30, 60] as const;
const MINUTE_MS = 60_000;

const LIST_KEYS: Record<List, readonly string[]> = {
  waiting: ["G", "W"],
  mine: ["G", "M"],
  team: ["G", "T"],
  callbacks: ["G", "C"],
  missed: ["G", keyWords.shift, "M"],
  history: ["G", "H"],
};
const ACTION: Record<ChatAction, { icon: IconName; key?: string }> = {
  join: { icon: "plus", key: "A" },
  dismiss: { icon: "silenced", key: "X" },
  joinToo: { icon: "plus" },
  reply: { icon: "chat", key: "R" },
  note: { icon: "lock", key: "N" },
  handOver: { icon: "handOver", key: "H" },
  keep: { icon: "check" },
  complete: { icon: "check", key: "E" },
  leave: { icon: "out" },
  takeBack: { icon: "close" },
  details: { icon: "person" },
};

/** What is known of the page. */
export interface Known {
  you: string;
  /** The open chat. */
  opened: SessionView | undefined;
  isSilenced: boolean;
  /** Whether something has just been asked for in it: nothing else is, until it is answered. */
  isAsking: boolean;
  all: Lists;
  isAway: boolean;
  /** Whether single keys do something. */
  hasKeys: boolean;
  /** The client of the chat that was just completed. */
  undoable: string | null;
  /** Whether the page can ring, and whether with a sound. */
  sound: "on" | "off" | null;
  signOut: string;
  languages: readonly MenuItem[];
}

/** What choosing does. */
export interface Does {
  inChat: (action: ChatAction) => void;
  open: (session: SessionView) => void;
  list: (list: List) => void;
  prefer: (preference: PreferenceChange) => void;
  undo: () => void;
  people: () => void;
  keys: () => void;
  setSound: (isOn: boolean) => void;
  testSound: () => void;
  signOut: () => void;
}

/** All of it, in the order in which it stands while nothing is typed. */
export function offers(known: Known, does: Does): Offer[] {
  const single = (...keys: string[]): { keys?: string[] } => (known.hasKeys ? { keys } : {});
  const { opened } = known;
  const inChat = opened === undefined || known.isAsking ? [] : chatActions(opened, known.you, known.isSilenced);
  const ofChat = inChat.map((action): Offer => {
    const { icon, key } = ACTION[action];
    // Of a chat that is offered to one alone, as on its button.
    const name = action === "dismiss" && opened?.hand_over?.to !== undefined ? "notNow" : action;
    const label = words.actions[name](opened?.client_name ?? "");
    return { key: `do ${action}`, group: "do", label, icon, ...(key === undefined ? {} : single(key)), choose: () => does.inChat(action) };
  });
  const doing = (key: string, label: string, icon: IconName, choose: () => void, more: Partial<Offer> = {}): Offer => ({
    key: `do ${key}`,
    group: "do",
    label,
    icon,
    choose,
    ...more,
  });
  const ctrl = { keys: [words.ctrl, "."] };
  return [
    ...TABS.flatMap((tab) => known.all[tab].map((session) => ofSession(session, technician.tabs[tab], does))),
    ...ofChat,
    ...(known.undoable === null
      ? []
      : [doing("undo", words.undo(known.undoable), "requeue", does.undo, single("Z"))]),
    known.isAway
      ? doing("automatic", technician.automatic, "clock", () => does.prefer("automatic"), ctrl)
      : doing("away", technician.away, "clock", () => does.prefer({ away: {} }), ctrl),
    ...MINUTES.map((minutes) =>
      doing(`away ${minutes}`, technician.awaySpan(minutes), "clock", () =>
        does.prefer({ away: { for_ms: minutes * MINUTE_MS } }),
      ),
    ),
    doing("away back", technician.awayBack, "clock", () => does.prefer({ away: { until_back: true } })),
    doing("people", technician.people, "team", does.people, single("P")),
    doing("keys", words.keys, "keys", does.keys, single("?")),
    ...(known.sound === null
      ? []
      : [
          doing("test", words.testSound, "bell", does.testSound),
          known.sound === "on"
            ? doing("sound", words.soundOff, "silenced", () => does.setSound(false))
            : doing("sound", words.soundOn, "bell", () => does.setSound(true)),
        ]),
    ...known.languages
      .filter(({ isChosen }) => isChosen !== true)
      .map(({ label, choose }) => doing(`language ${label}`, words.language(label), "globe", choose)),
    doing("sign out", known.signOut, "out", does.signOut),
    ...([...TABS, "history"] as const).map((list): Offer => ({
      key: `list ${list}`,
      group: "lists",
      label: list === "history" ? history.title : technician.tabs[list],
      ...(list === "history" || known.all[list].length === 0 ? {} : { hint: `${known.all[list].length}` }),
      icon: LIST_ICON[list],
      ...single(...LIST_KEYS[list]),
      choose: () => does.list(list),
    })),
  ];
}

function ofSession(session: SessionView, list: string, does: Does): Offer {
  const more = session.company === undefined ? about(session) : `${session.company} · ${about(session)}`;
  return {
    key: `chat ${session.id}`,
    group: "chats",
    label: session.client_name,
    more,
    hint: list,
    icon: "chat",
    choose: () => does.open(session),
  };
}

/** What choosing somebody does: opens their chat, invites them, or shows their earlier chats; a colleague is shown among the people. */
export function ofPerson(
  person: Person,
  now: number,
  chat: SessionView | undefined,
  busy: ReadonlySet<string>,
  does: { open: (session: SessionView) => void; invite: (person: Person) => void; earlier: (person: Person) => void; show: (person: Person) => void },
): Offer {
  const is = presence(person.presence, now);
  const offer = (hint: string, choose: () => void): Offer => ({
    key: `person ${person.id}`,
    group: "people",
    label: person.name,
    ...(person.company === undefined ? {} : { more: person.company }),
    hint,
    mark: person.presence.state,
    choose,
  });
  if (person.role === "technician") return offer(is, () => does.show(person));
  if (chat !== undefined) return offer(words.person.open(is), () => does.open(chat));
  if (mayInvite(person, busy)) return offer(words.person.invite(is), () => does.invite(person));
  return offer(words.person.earlier(is), () => does.earlier(person));
}
