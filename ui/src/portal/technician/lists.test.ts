// Lists of chats.

import { expect, it } from "vitest";
import type { SessionView } from "../../wire";
import { lists, mayLeave } from "./lists";

const session = (id: string, more: Partial<SessionView>): SessionView => ({
  id,
  rev: 1,
  kind: "request",
  status: "waiting",
  client: "dana",
  client_name: "Dana Reyes",
  subject: "…",
  created: 0,
  waiting_since: 0,
  participants: [],
  messages: 0,
  ...more,
});

it("shows the longest waiting first, so that a new one takes its place at the end", () => {
  const all = lists([session("b", { waiting_since: 20 }), session("a", { waiting_since: 10 })], "you");
  expect(all.waiting.map((each) => each.id)).toEqual(["a", "b"]);
});

it("shows one that waits again before newcomers", () => {
  // C9
  const priya = { person: "priya", name: "Priya", state: "offline", joined: 1, left: 2 } as const;
  const again = session("again", { waiting_since: 30, participants: [priya] });
  const all = lists([session("new", { waiting_since: 10 }), again], "you");
  expect(all.waiting.map((each) => each.id)).toEqual(["again", "new"]);
});

it("does not show an offered chat before those who wait for somebody", () => {
  // C9
  const tom = { person: "tom", name: "Tom", state: "online", joined: 1 } as const;
  const offer = { by: "tom", at: 20 };
  const offered = session("offered", { status: "handled", participants: [tom], hand_over: offer });
  const all = lists([offered, session("new", { waiting_since: 10 })], "you");
  expect(all.waiting.map((each) => each.id)).toEqual(["new", "offered"]);
});

it("counts as mine only a chat that one is in now", () => {
  const priya = { person: "you", name: "Priya", state: "online", joined: 1 } as const;
  const all = lists(
    [
      session("in", { status: "handled", participants: [priya] }),
      session("left", { status: "handled", participants: [{ ...priya, left: 2 }] }),
      session("other", { status: "handled" }),
    ],
    "you",
  );
  expect(all.mine.map((each) => each.id)).toEqual(["in"]);
});

it("shows an invitation to the technician who sent it", () => {
  // C7
  const inviter = { person: "you", name: "Priya" };
  const all = lists(
    [
      session("mine", { kind: "push", status: "invited", inviter }),
      session("other", { kind: "push", status: "invited", inviter: { ...inviter, person: "tom" } }),
    ],
    "you",
  );
  expect(all.mine.map((each) => each.id)).toEqual(["mine"]);
});

it("shows chats of others under Team, and one that is offered to you among those that wait", () => {
  // C9
  const priya = { person: "priya", name: "Priya", state: "online", joined: 1 } as const;
  const chat = (id: string, to?: string): SessionView =>
    session(id, {
      status: "handled",
      participants: [priya],
      ...(to === undefined ? {} : { hand_over: { by: "priya", at: 5, ...(to === "" ? {} : { to }) } }),
    });
  const all = lists([chat("theirs"), chat("to-tom", "tom"), chat("to-you", "you"), chat("to-all", "")], "you");
  expect(all.team.map((each) => each.id)).toEqual(["theirs", "to-tom"]);
  expect(all.waiting.map((each) => each.id)).toEqual(["to-all", "to-you"]);
  const declined = session("d", { ...chat("d", "you"), hand_over: { by: "priya", to: "you", at: 5, declined: 6 } });
  expect(lists([declined], "you").team).toHaveLength(1);
});

it("keeps callbacks and missed requests until somebody completes them", () => {
  // C5
  const all = lists(
    [
      session("c", { status: "callback" }),
      session("m", { status: "abandoned" }),
      session("d", { status: "completed" }),
    ],
    "you",
  );
  expect([all.callbacks.length, all.missed.length, all.waiting.length]).toEqual([1, 1, 0]);
});

it("lets a technician leave only where another one who is there stays", () => {
  // C9
  const priya = { person: "you", name: "Priya", state: "online", joined: 1 } as const;
  const tom = { person: "tom", name: "Tom", state: "away", joined: 2 } as const;
  const may = (...participants: SessionView["participants"]): boolean =>
    mayLeave(session("s", { status: "handled", participants }), "you");
  expect(may(priya)).toBe(false);
  expect(may(priya, tom)).toBe(true);
  expect(may(priya, { ...tom, state: "offline" })).toBe(false);
  expect(may(priya, { ...tom, left: 3 })).toBe(false);
});
