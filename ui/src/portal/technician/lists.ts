// Which chat belongs in which list of the technician portal, and in which order: what waits again, then the longest first, so
// that new ones are added at the end. Pure.

import type { SessionView } from "../../wire";

export const TABS = ["waiting", "mine", "team", "callbacks", "missed"] as const;
/** One of the lists. */
export type Tab = (typeof TABS)[number];
/** What the rail shows: these lists, and the chats that are over. */
export type List = Tab | "history";

/** The lists of a technician. */
export type Lists = Readonly<Record<Tab, readonly SessionView[]>>;

/** Sorts what `you` may see into the lists. */
export function lists(sessions: Iterable<SessionView>, you: string): Lists {
  const into: Record<Tab, SessionView[]> = { waiting: [], mine: [], team: [], callbacks: [], missed: [] };
  for (const session of sessions) {
    const tab = tabOf(session, you);
    if (tab !== null) into[tab].push(session);
  }
  const since = (session: SessionView): number => session.ended ?? ringsSince(session);
  for (const tab of TABS) into[tab].sort((a, b) => since(a) - since(b) || (a.id < b.id ? -1 : 1));
  // One that waits again goes before newcomers (C9).
  into.waiting.sort((a, b) => Number(isNew(a)) - Number(isNew(b)));
  return into;
}

/** Whether it is no chat that waits again because its technicians were gone. */
function isNew(session: SessionView): boolean {
  return session.status !== "waiting" || session.participants.length === 0;
}

/** The list that a chat belongs to for `you`. */
export function tabOf(session: SessionView, you: string): Tab | null {
  switch (session.status) {
    case "invited":
      return session.inviter?.person === you ? "mine" : null;
    case "waiting":
      return "waiting";
    case "handled":
      if (isOffered(session, you)) return "waiting";
      return isIn(session, you) ? "mine" : "team";
    case "callback":
      return "callbacks";
    case "abandoned":
      return "missed";
    case "completed":
      return null;
  }
}

/** Since when a chat rings: since it waits, or was offered to other technicians. */
export function ringsSince(session: SessionView): number {
  return session.status === "handled" ? (session.hand_over?.at ?? session.waiting_since) : session.waiting_since;
}

/** Whether a chat in progress is offered to a technician, who is not in it (C9). */
export function isOffered(session: SessionView, you: string): boolean {
  const offer = session.hand_over;
  return (
    session.status === "handled" &&
    offer !== undefined &&
    offer.declined === undefined &&
    offer.by !== you &&
    (offer.to === undefined || offer.to === you) &&
    !isIn(session, you)
  );
}

/** Since when a technician in a chat should have answered its client, who waits for the first answer (C3). */
export function answerDue(session: SessionView, you: string): number | undefined {
  const isHandedOver = session.hand_over !== undefined && session.hand_over.declined === undefined;
  const isAwaited = session.status === "handled" && !isHandedOver && isIn(session, you);
  return isAwaited ? session.answer_due : undefined;
}

/** Whether a technician is in a chat now. */
export function isIn(session: SessionView, you: string): boolean {
  return session.participants.some((each) => each.person === you && each.left === undefined);
}

/** Whether a technician may leave a chat: only where another one who is online or away stays with the client (C9). */
export function mayLeave(session: SessionView, you: string): boolean {
  return session.participants.some(
    (each) => each.person !== you && each.left === undefined && each.state !== "offline",
  );
}

/** Whether the row of a chat has a third line: what has to be said besides who and about what. */
export function isTall(session: SessionView, you: string, isJoining: boolean): boolean {
  switch (session.status) {
    case "waiting":
      return isJoining || session.participants.length > 0;
    case "handled":
      return !isIn(session, you);
    case "abandoned":
      return true;
    case "invited":
    case "callback":
    case "completed":
      return false;
  }
}
