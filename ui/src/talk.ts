// A conversation as it is read: days, notes, messages by author, and what is still being sent, in one order. Pure.

import { day } from "./time";
import type { Message, SentFile, SessionView, State } from "./wire";
import { begun, talk } from "./words";

/** How long one author's messages stand under one name and time, in milliseconds. */
export const TOGETHER_MS = 5 * 60_000;

/** One message within its group. */
export interface Said {
  key: string;
  text: string;
  /** The file that was sent in place of a text; the key is the id of its message. */
  file?: SentFile;
}

/** One entry of a conversation. */
export type TimelineEntry =
  | { is: "day"; key: string; text: string }
  | { is: "note"; key: string; text: string }
  | { is: "fresh"; key: string; count: number }
  | {
      is: "group";
      key: string;
      at: number;
      /** Who wrote it. */
      name: string;
      /** Whether the reader wrote it. */
      isMine: boolean;
      /** Whether somebody on the reader's side wrote it: the client, or any technician. */
      isOurs: boolean;
      said: Said[];
    }
  | PrivateEntry
  | { is: "sending"; key: string; said: Said[] };

/** A private note, which only technicians have. */
export interface PrivateEntry {
  is: "private";
  key: string;
  at: number;
  /** Who wrote it. */
  name: string;
  text: string;
}

/** What a conversation says of its chat. */
export interface TalkOf extends Pick<SessionView, "client" | "client_name" | "subject" | "reference" | "created" | "ended"> {
  participants: readonly Pick<SessionView["participants"][number], "person" | "name" | "joined" | "left">[];
}

interface Facts {
  session: TalkOf;
  messages: readonly Message[];
  /** Private notes, oldest first, for technicians. */
  notes?: readonly Message[];
  /** Messages that are being sent. */
  sending: readonly { id: string; text: string }[];
  /** The reader. */
  you: string;
  /** What was new when the reader came to the chat: the messages after the first of these numbers, up to the second. */
  fresh: { after: number; upTo: number };
  now: number;
  /** Who else wrote, by id. */
  others?: Iterable<readonly [string, string]>;
}

/** The timeline of a chat, oldest first; messages being sent come last. */
export function timeline({ session, messages, notes = [], sending, you, fresh, now, others = [] }: Facts): TimelineEntry[] {
  const names = new Map([...others, ...namesIn(session)]);
  const isFresh = ({ number, from }: Message): boolean => number > fresh.after && number <= fresh.upTo && from !== you;
  const firstNew = messages.find(isFresh)?.number ?? Infinity;
  // Who has written since has read what was there.
  const isAnswered = messages.some(({ number, from }) => number > firstNew && from === you);
  const all: TimelineEntry[] = [];
  let lastAt: number | null = null;
  let lastFrom = "";
  const startDay = (at: number): void => {
    const is = day(at, now);
    if (lastAt === null || day(lastAt, now) !== is) all.push({ is: "day", key: `day ${is} ${all.length}`, text: is });
  };
  for (const line of inOrder(besideMessages(session, notes), messages)) {
    startDay(line.at);
    if ("note" in line) {
      const { id, from, at, text } = line.note;
      all.push({ is: "private", key: `private ${id}`, at, name: names.get(from) ?? "", text });
    } else if (!("number" in line)) {
      all.push({ is: "note", key: line.key, text: line.text });
    } else {
      const { id, text, file, from, at, number } = line;
      const said: Said = { key: id, text, ...(file === undefined ? {} : { file }) };
      if (number === firstNew && !isAnswered) all.push({ is: "fresh", key: "fresh", count: messages.filter(isFresh).length });
      const last = all.at(-1);
      if (last?.is === "group" && lastFrom === from && at - last.at < TOGETHER_MS) {
        last.said.push(said);
      } else {
        const name = names.get(from) ?? session.client_name;
        all.push({ is: "group", key: `by ${id}`, at, name, isMine: from === you, isOurs: isOurs(session, you, from), said: [said] });
      }
      lastFrom = from;
    }
    lastAt = line.at;
  }
  const known = new Set(messages.map((each) => each.id));
  const under = sending.filter((each) => !known.has(each.id)).map(({ id, text }) => ({ key: id, text }));
  if (under.length > 0) all.push({ is: "sending", key: "sending", said: under });
  return all;
}

/** What became of a message: kept until somebody on the other side is there, delivered to them, or seen by them. */
export type Mark = "sent" | "kept" | "delivered" | "seen";

/** The reader's last message, when it arrived at the service, and what became of it; null if the other side has answered. */
export function lastSent(
  session: SessionView,
  messages: readonly Message[],
  you: string,
  { read, isReached, areMarked }: {
    /** The last message that the other side has seen. */
    read: number;
    /** Whether somebody on the other side is connected. */
    isReached: boolean;
    /** Whether the organisation shows read marks. */
    areMarked: boolean;
  },
): { id: string; at: number; mark: Mark } | null {
  const last = messages.findLast((each) => each.from === you || !isOurs(session, you, each.from));
  if (last?.from !== you || session.ended !== undefined) return null;
  const { id, at, number } = last;
  if (!areMarked) return { id, at, mark: "sent" };
  if (read >= number) return { id, at, mark: "seen" };
  return { id, at, mark: isReached ? "delivered" : "kept" };
}

/** Whether somebody on the other side of a chat is connected; `client` is its client's state, which clients are not told. */
export function isReached(session: SessionView, you: string, client: State | undefined): boolean {
  if (you !== session.client) return client !== undefined && client !== "offline";
  return session.participants.some((each) => each.left === undefined && each.state !== "offline");
}

/** The names of those who are writing, as the reader's chat has them. */
export function writers(session: SessionView, people: readonly string[]): string[] {
  const names = namesIn(session);
  return people.flatMap((person) => names.get(person) ?? []);
}

function namesIn(session: TalkOf): Map<string, string> {
  return new Map([
    [session.client, session.client_name],
    ...session.participants.map((each) => [each.person, each.name] as const),
  ]);
}

/** Whether somebody is on the reader's side: the client is alone, technicians are together. */
function isOurs(session: TalkOf, you: string, person: string): boolean {
  return (person === session.client) === (you === session.client);
}

/** What has happened to a chat, between its messages. */
export interface ChatEvent {
  key: string;
  text: string;
  at: number;
}

/** What has happened to a chat: its beginning, who came and went, its end. */
export function events(session: TalkOf): ChatEvent[] {
  const all: ChatEvent[] = [{ key: "begun", text: begun(session), at: session.created }];
  for (const { person, name, joined, left } of session.participants) {
    all.push({ key: `joined ${person} ${joined}`, text: talk.joined(name, joined), at: joined });
    if (left !== undefined) all.push({ key: `left ${person} ${left}`, text: talk.left(name, left), at: left });
  }
  if (session.ended !== undefined) all.push({ key: "ended", text: talk.ended(session.ended), at: session.ended });
  return all.sort((a, b) => a.at - b.at);
}

/** A private note where its time is. */
interface NoteLine {
  at: number;
  note: Message;
}

/** What stands between the messages, by its time. */
function besideMessages(session: TalkOf, notes: readonly Message[]): (ChatEvent | NoteLine)[] {
  const lines = notes.map((note): NoteLine => ({ at: note.at, note }));
  return [...events(session), ...lines].sort((a, b) => a.at - b.at);
}

/** Messages keep the order of their numbers, whatever their times say; the rest goes where its time is. */
function inOrder<Line extends { at: number }>(rest: Line[], messages: readonly Message[]): (Line | Message)[] {
  const all: (Line | Message)[] = [];
  for (const message of messages) {
    while (rest[0] !== undefined && rest[0].at <= message.at) all.push(rest.shift() as Line);
    all.push(message);
  }
  return [...all, ...rest];
}
