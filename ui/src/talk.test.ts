// A conversation as lines.

import { expect, it } from "vitest";
import { TOGETHER_MS, isReached, lastSent, timeline, writers, type TimelineEntry } from "./talk";
import type { Message, SessionView } from "./wire";

const SESSION: SessionView = {
  id: "s",
  rev: 1,
  kind: "request",
  status: "handled",
  client: "mei",
  client_name: "Mei Tanaka",
  subject: "VPN keeps dropping",
  created: 100,
  waiting_since: 100,
  participants: [{ person: "priya", name: "Priya Shah", state: "online", joined: 300 }],
  messages: 2,
};
const said = (number: number, from: string, at: number): Message => ({ number, id: `m${number}`, from, at, text: "…" });

const DAY_MS = 24 * 3_600_000;

type Facts = Parameters<typeof timeline>[0];
const read = (more: Partial<Facts>): TimelineEntry[] =>
  timeline({ session: SESSION, messages: [], sending: [], you: "priya", fresh: { after: 99, upTo: 99 }, now: 500, ...more });
const short = (all: TimelineEntry[]): string[] =>
  all.map((each) => {
    switch (each.is) {
      case "group":
        return `${each.isOurs ? "us" : "them"} ${each.name}: ${each.said.map(({ key }) => key).join(" ")}`;
      case "sending":
        return `sending: ${each.said.map(({ key }) => key).join(" ")}`;
      case "private":
        return `private ${each.name}: ${each.text}`;
      case "fresh":
        return `${each.count} new`;
      case "day":
      case "note":
        return each.text;
    }
  });

it("puts notes where their time is and what is being sent last", () => {
  const sending = [
    { id: "m3", text: "…" },
    { id: "m4", text: "…" },
  ];
  const all = read({ messages: [said(1, "mei", 200), said(2, "priya", 400)], sending });
  expect(all.map((line) => line.key).slice(1)).toEqual(["begun", "by m1", "joined priya 300", "by m2", "sending"]);
  // One entry, and so one state, for all that waits to be sent.
  expect(short(all).at(-1)).toBe("sending: m3 m4");
});

it("shows a message once when it arrives before its answer", () => {
  // C8
  const all = read({ messages: [said(1, "priya", 400)], sending: [{ id: "m1", text: "…" }] });
  expect(JSON.stringify(all).match(/"m1"/g)).toHaveLength(1);
});

it("puts private notes among the messages where their time is, and tells whose they are", () => {
  const notes = [{ ...said(1, "tom", 450), text: "Drum." }];
  const all = read({ messages: [said(1, "mei", 400), said(2, "mei", 460)], notes, others: [["tom", "Tom Berg"]] });
  expect(short(all).slice(-3)).toEqual(["them Mei Tanaka: m1", "private Tom Berg: Drum.", "them Mei Tanaka: m2"]);
});

it("keeps messages in the order of their numbers, whatever their times say", () => {
  const all = read({ messages: [said(1, "mei", 900), said(2, "priya", 200)], now: 950 });
  expect(all.flatMap((line) => (line.is === "group" ? line.said.map(({ key }) => key) : []))).toEqual(["m1", "m2"]);
});

it("puts one author's messages together, until somebody else writes, something happens, or time passes", () => {
  const late = 400 + TOGETHER_MS;
  const messages = [
    said(1, "mei", 200),
    said(2, "mei", 210),
    said(3, "mei", 310),
    said(4, "priya", 320),
    said(5, "mei", 330),
    said(6, "mei", late),
  ];
  expect(short(read({ messages })).slice(2).filter((text) => text.includes(": "))).toEqual([
    "them Mei Tanaka: m1 m2",
    "them Mei Tanaka: m3",
    "us Priya Shah: m4",
    "them Mei Tanaka: m5",
    "them Mei Tanaka: m6",
  ]);
});

it("has each technician on the technicians' side, and on the other one for the client", () => {
  const tom = { person: "tom", name: "Tom Walsh", state: "away", joined: 350 } as const;
  const session = { ...SESSION, participants: [...SESSION.participants, tom] };
  const messages = [said(1, "tom", 400)];
  expect(read({ session, messages }).at(-1)).toMatchObject({ name: "Tom Walsh", isOurs: true, isMine: false });
  expect(read({ session, messages, you: "mei" }).at(-1)).toMatchObject({ name: "Tom Walsh", isOurs: false });
});

it("draws a line for each day", () => {
  const all = read({ messages: [said(1, "mei", 200), said(2, "mei", 200 + DAY_MS)], now: 500 + DAY_MS });
  expect(all.filter((line) => line.is === "day").map(({ text }) => text)).toEqual(["Yesterday", "Today"]);
});

it("draws a line above what was new when the reader came, and counts only what others wrote", () => {
  const messages = [said(1, "mei", 310), said(2, "priya", 320), said(3, "mei", 330), said(4, "mei", 340)];
  const all = short(read({ messages, fresh: { after: 1, upTo: 4 } }));
  expect(all.slice(-2)).toEqual(["2 new", "them Mei Tanaka: m3 m4"]);
  expect(short(read({ messages, fresh: { after: 4, upTo: 4 } })).join()).not.toContain("new");
});

it("draws no line above what arrives while the chat is read, nor above what the reader has answered", () => {
  const messages = [said(1, "mei", 310), said(2, "mei", 320)];
  expect(short(read({ messages, fresh: { after: 0, upTo: 0 } })).join()).not.toContain("new");
  expect(short(read({ messages, fresh: { after: 0, upTo: 1 } })).join()).toContain("1 new");
  const answered = [...messages, said(3, "priya", 330)];
  expect(short(read({ messages: answered, fresh: { after: 0, upTo: 2 } })).join()).not.toContain("new");
});

it("says when the reader's own last message was taken", () => {
  const unmarked = { read: 1, isReached: true, areMarked: false };
  expect(lastSent(SESSION, [said(1, "priya", 400)], "priya", unmarked)).toEqual({ id: "m1", at: 400, mark: "sent" });
  expect(lastSent(SESSION, [said(1, "priya", 400), said(2, "mei", 500)], "priya", unmarked)).toBeNull();
  expect(lastSent({ ...SESSION, ended: 600 }, [said(1, "priya", 400)], "priya", unmarked)).toBeNull();
});

it("says of the reader's last message whether it is kept, delivered or seen, also below a colleague's", () => {
  const messages = [said(1, "mei", 300), said(2, "priya", 400), said(3, "sam", 500)];
  const mark = (read: number, reached: boolean) =>
    lastSent(SESSION, messages, "priya", { read, isReached: reached, areMarked: true })?.mark;
  expect(mark(1, false)).toBe("kept");
  expect(mark(1, true)).toBe("delivered");
  expect(mark(2, false)).toBe("seen");
});

it("knows whether the other side is there", () => {
  const sam = { person: "sam", name: "Sam Okafor", state: "away", joined: 200 } as const;
  const session = { ...SESSION, participants: [sam] };
  expect(isReached(session, "mei", undefined)).toBe(true);
  expect(isReached({ ...SESSION, participants: [{ ...sam, state: "offline" }] }, "mei", undefined)).toBe(false);
  expect(isReached({ ...SESSION, participants: [{ ...sam, left: 300 }] }, "mei", undefined)).toBe(false);
  expect(isReached(session, "sam", "online")).toBe(true);
  expect(isReached(session, "sam", "offline")).toBe(false);
  expect(isReached(session, "sam", undefined)).toBe(false);
});

it("names those who are writing as the chat does", () => {
  const session = { ...SESSION, participants: [{ person: "sam", name: "Sam Okafor", state: "online", joined: 200 } as const] };
  expect(writers(session, ["mei", "sam", "stranger"])).toEqual(["Mei Tanaka", "Sam Okafor"]);
});
