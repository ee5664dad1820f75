// A conversation as it is read: messages, notes between them, and what is still being sent, in one order. Pure.

import type { Message, SessionView } from "./wire";
import { begun, talk } from "./words";

/** One entry of a conversation. */
export type TimelineEntry =
  | { is: "note"; key: string; text: string; at: number }
  | { is: "said"; key: string; text: string; at: number; mine: boolean; name: string | null }
  | { is: "sending"; key: string; text: string };

/** The timeline of a chat for the reader `you`, oldest first; messages being sent come last. */
export function timeline(
  session: SessionView,
  messages: readonly Message[],
  sending: readonly { id: string; text: string }[],
  you: string,
  now: number,
): TimelineEntry[] {
  const several = session.participants.length > 1;
  const names = new Map(session.participants.map((each) => [each.person, each.name]));
  const notes: TimelineEntry[] = [note("begun", begun(session, now), session.created)];
  for (const { person, name, joined, left } of session.participants) {
    notes.push(note(`joined ${person} ${joined}`, talk.joined(name, joined), joined));
    if (left !== undefined) notes.push(note(`left ${person} ${left}`, talk.left(name, left), left));
  }
  if (session.ended !== undefined) notes.push(note("ended", talk.ended(session.ended), session.ended));
  const said: TimelineEntry[] = messages.map(({ id, text, at, from }) => {
    const mine = from === you;
    const name = mine || !several ? null : (names.get(from) ?? session.client_name);
    return { is: "said", key: id, text, at, mine, name };
  });
  const known = new Set(messages.map((each) => each.id));
  const under = sending.filter((each) => !known.has(each.id));
  return [...merged(notes, said), ...under.map(({ id, text }): TimelineEntry => ({ is: "sending", key: id, text }))];
}

/** When the reader's last message arrived at the service, if it is the last of all. */
export function lastSent(messages: readonly Message[], you: string): number | null {
  const last = messages.at(-1);
  return last?.from === you ? last.at : null;
}

const note = (key: string, text: string, at: number): TimelineEntry => ({ is: "note", key, text, at });

/** Messages keep the order of their numbers, whatever their times say; notes go where their time is. */
function merged(notes: TimelineEntry[], said: TimelineEntry[]): TimelineEntry[] {
  const time = (entry: TimelineEntry): number => (entry.is === "sending" ? Infinity : entry.at);
  const rest = [...notes].sort((a, b) => time(a) - time(b));
  const all: TimelineEntry[] = [];
  for (const entry of said) {
    while (rest[0] !== undefined && time(rest[0]) <= time(entry)) all.push(rest.shift() as TimelineEntry);
    all.push(entry);
  }
  return [...all, ...rest];
}
