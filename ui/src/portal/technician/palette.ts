// What the palette offers: what may be done with a chat, and the order of what was found. Pure.

import { folded } from "../../folded";
import type { IconName } from "../../parts/icons";
import type { SessionView, State } from "../../wire";
import { isIn, isOffered, mayLeave } from "./lists";
import { rank, wordsOf } from "./people";

/** What may be done with a chat that is open. */
export type ChatAction =
  | "join"
  | "dismiss"
  | "joinToo"
  | "reply"
  | "note"
  | "handOver"
  | "keep"
  | "complete"
  | "leave"
  | "takeBack"
  | "details";

/** What `you` may do with a chat. */
export function chatActions(session: SessionView, you: string, isSilenced: boolean): ChatAction[] {
  switch (session.status) {
    case "waiting":
      return isSilenced ? ["join", "note", "details"] : ["join", "dismiss", "note", "details"];
    case "handled":
      if (isOffered(session, you)) return ["join", "dismiss", "note", "details"];
      if (!isIn(session, you)) return ["joinToo", "note", "details"];
      return [
        "reply",
        "note",
        "handOver",
        ...(session.hand_over?.by === you ? (["keep"] as const) : []),
        "complete",
        ...(mayLeave(session, you) ? (["leave"] as const) : []),
        "details",
      ];
    case "invited":
      return session.inviter?.person === you ? ["takeBack", "details"] : ["details"];
    case "callback":
    case "abandoned":
      return ["complete", "note", "details"];
    case "completed":
      return ["details"];
  }
}

/** The groups, in their order. What comes from the service stands last, so that nothing moves when it arrives. */
export const GROUPS = ["chats", "people", "do", "lists", "history"] as const;
export type Group = (typeof GROUPS)[number];

/** Something to choose. */
export interface Offer {
  key: string;
  group: Group;
  label: string;
  /** What stands behind the label, and is searched like it. */
  more?: string;
  /** What is to know about it, or what choosing it does. */
  hint?: string;
  /** The keys that do the same. */
  keys?: readonly string[];
  icon?: IconName;
  mark?: State;
  choose: () => void;
}

/** An offer that was found, and how well it matches. */
export interface Ranked {
  offer: Offer;
  rank: number;
}

/** Most that are listed of a group. */
const MOST: Record<Group, number> = { chats: 6, people: 8, do: 8, lists: 6, history: 4 };

/** The offers that have all words of `wanted`, in any order, without accents: with the best first. */
export function matching(offers: readonly Offer[], wanted: string): Ranked[] {
  const words = wordsOf(wanted);
  return offers.flatMap((offer) => {
    const fit = rank(folded(`${offer.label} ${offer.more ?? ""}`), words);
    return fit === null ? [] : [{ offer, rank: fit }];
  });
}

/** Groups with their offers, the group with the best match first. What comes from the service stays last. */
export function grouped(found: readonly Ranked[]): { group: Group; offers: Offer[] }[] {
  const best = (all: readonly Ranked[]): number => Math.min(...all.map((each) => each.rank));
  return GROUPS.map((group) => {
    const all = found.filter(({ offer }) => offer.group === group).sort((a, b) => a.rank - b.rank);
    return { group, all: all.slice(0, MOST[group]) };
  })
    .filter(({ all }) => all.length > 0)
    .sort((a, b) => Number(a.group === "history") - Number(b.group === "history") || best(a.all) - best(b.all))
    .map(({ group, all }) => ({ group, offers: all.map(({ offer }) => offer) }));
}
