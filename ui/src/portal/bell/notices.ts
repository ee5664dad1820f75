// The notifications that belong on the screen, from what rings and what has happened. Pure. The screen follows this list: what
// is new in it is shown, what has changed takes the place of what has the same tag, and what is no longer in it is closed.

import { lines } from "../../displayText";
import type { Mine } from "../../state.svelte";
import type { SessionView, You } from "../../wire";
import { about, answered, bell, files, leftUnanswered } from "../../words";
import { answerDue, isOffered } from "../technician/lists";
import type { Item, News } from "./news";
import type { Rings } from "./rings";
import { LATE_MS } from "./schedule";

/** What a button of a notification does. */
export type Action = "join" | "dismiss" | "accept" | "decline";

/** A notification. */
export interface Notice {
  /** A notice takes the place of the one with the same tag. */
  tag: string;
  title: string;
  body: string;
  /** The chat that a click opens; null for the list of those that wait. */
  session: string | null;
  buttons: readonly { action: Action; label: string }[];
  /** If it differs from the one before with this tag, the notice is shown again, with sound. Null makes no sound. */
  sound: string | null;
  /** Whether it sounds louder, since it has waited for long. */
  isLate: boolean;
  /** Whether it stays until it is withdrawn; otherwise the desktop decides how long. */
  stays: boolean;
}

/** What the service has said of chats. */
export interface Known {
  readonly you: You | null;
  readonly sessions: ReadonlyMap<string, SessionView>;
  mineOf(session: string): Mine;
}

/** Longest message in a notification, in characters: about three lines. */
const MESSAGE_CHARS = 160;
/** The tag of the notice that stands for all requests. */
export const ALL_TAG = "requests";
/** The tag of a request's notice. */
export const requestTag = (session: string): string => `request:${session}`;
const INVITATION = "invitation:";
/** The tag of a test. */
export const TEST_TAG = "test";

/** All of them. */
export function notices(known: Known, rings: Rings, news: News): Notice[] {
  return [...requests(known, rings), ...invitations(known), ...messages(known, news), ...news.items.map(happened)];
}

function requests(known: Known, rings: Rings): Notice[] {
  return [...several(rings), ...each(known, rings)];
}

/** The one that stands for all requests. */
function several({ all }: Rings): Notice[] {
  if (all === null) return [];
  const { sound, waited, ids } = all;
  const buttons = [{ action: "join", label: bell.joinLongest }] as const;
  const title = bell.several(ids.size, waited);
  return [{ tag: ALL_TAG, title, body: bell.severalWhere, session: null, buttons, sound, isLate: isLate(waited), stays: true }];
}

function each(known: Known, rings: Rings): Notice[] {
  return [...rings.requests].flatMap(([id, { sound, waited }]): Notice[] => {
    const session = known.sessions.get(id);
    if (session === undefined || rings.all?.ids.has(id) === true) return [];
    const isOpen = session.status === "handled" && session.hand_over?.declined === undefined;
    const offer = isOpen ? session.hand_over : undefined;
    if (session.status === "handled" && offer === undefined) {
      const buttons = [
        { action: "join", label: bell.open },
        { action: "dismiss", label: bell.dismiss },
      ] as const;
      const title = bell.awaitsAnswer(session);
      return [{ tag: requestTag(id), title, body: about(session), session: id, buttons, sound, isLate: isLate(waited), stays: true }];
    }
    const title = offer === undefined ? bell.needsHelp(session) : bell.handsOver(session, offer.by);
    const body = offer === undefined ? bell.waiting(session, waited) : (offer.note ?? about(session));
    const buttons = [
      { action: "join", label: bell.join },
      { action: "dismiss", label: offer?.to === undefined ? bell.dismiss : bell.notNow },
    ] as const;
    return [{ tag: requestTag(id), title, body, session: id, buttons, sound, isLate: isLate(waited), stays: true }];
  });
}

const isLate = (waited: number): boolean => waited >= LATE_MS;

/** C7: sounds once. */
function invitations({ sessions, you }: Known): Notice[] {
  if (you?.role !== "client") return [];
  const buttons = [
    { action: "accept", label: bell.accept },
    { action: "decline", label: bell.notNow },
  ] as const;
  return [...sessions.values()]
    .filter((session) => session.status === "invited")
    .map((session) => {
      const [title, body] = [bell.invitation(session, you.organisation), session.subject];
      const { id } = session;
      return { tag: INVITATION + id, title, body, session: id, buttons, sound: id, isLate: false, stays: true };
    });
}

function messages(known: Known, news: News): Notice[] {
  return [...news.messages].flatMap(([id, message]) => {
    const session = known.sessions.get(id);
    const { seen, visible } = known.mineOf(id);
    if (session === undefined || visible || message.number <= seen) return [];
    const from = session.participants.find((each) => each.person === message.from);
    const title = bell.from(session, from?.name);
    const text = message.file === undefined ? message.text : files.sent(message.file);
    const [body, sound] = [lines(text, MESSAGE_CHARS), String(message.number)];
    return [{ tag: `message:${id}`, title, body, session: id, buttons: [], sound, isLate: false, stays: false }];
  });
}

function happened({ what, session }: Item): Notice {
  const notice = { tag: `news:${session.id}`, body: about(session), session: session.id, buttons: [], isLate: false, stays: false };
  switch (what) {
    case "left":
      return { ...notice, title: leftUnanswered(session), sound: null };
    case "callback":
      return { ...notice, title: bell.asksToBeCalled(session), sound: null };
    case "joined":
      return { ...notice, title: bell.joined(session), sound: what };
    case "waits_again":
      return { ...notice, title: bell.waitsAgain, sound: what };
    case "answered":
      return { ...notice, title: answered(session), sound: null };
    case "not_taken_over":
      return { ...notice, title: bell.notTakenOver(session), sound: null };
    case "taken_over":
      return { ...notice, title: bell.takenOver(session), sound: null };
    case "ended":
      return { ...notice, title: bell.ended, sound: null };
  }
}

/** What a user is shown who tries it; `id` tells one try from the next. */
export function testNotice(id: string): Notice {
  const [title, body] = [bell.testTitle, bell.testBody];
  return { tag: TEST_TAG, title, body, session: null, buttons: [], sound: id, isLate: false, stays: false };
}

/** Whether a notice that an earlier page left on the screen is about something that is over. */
export function isOver(tag: string, session: string | null, known: Known): boolean {
  const you = known.you?.id ?? "";
  const isCalling = (each: SessionView): boolean =>
    each.status === "waiting" || isOffered(each, you) || answerDue(each, you) !== undefined;
  const waits = (each: SessionView): boolean => isCalling(each) && !known.mineOf(each.id).dismissed;
  if (tag === TEST_TAG) return true;
  if (session === null) return ![...known.sessions.values()].some(waits);
  const view = known.sessions.get(session);
  if (view === undefined) return true;
  if (tag === requestTag(session)) return !waits(view);
  if (tag.startsWith(INVITATION)) return view.status !== "invited";
  return tag.startsWith("message:") && known.mineOf(session).seen >= view.messages;
}
