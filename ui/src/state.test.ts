// What a page knows after frames, repeated frames and reconnects.

import { expect, it } from "vitest";
import { State } from "./state.svelte";
import type { Down, Message, SessionView } from "./wire";

const session = (id: string, rev = 1, more: Partial<SessionView> = {}): SessionView => ({
  id,
  rev,
  kind: "request",
  status: "waiting",
  client: "dana",
  client_name: "Dana Reyes",
  subject: "Printer offline",
  created: 0,
  waiting_since: 0,
  participants: [],
  messages: 0,
  ...more,
});

const message = (number: number): Message => ({ number, id: `m${number}`, from: "dana", at: number, text: "…" });

const WELCOME: Down = {
  type: "welcome",
  now: 10_000,
  you: { id: "you", name: "Priya Shah", role: "technician", organisation: "Acme IT" },
  policy: {
    idle_after_ms: 5_000,
    beat_ms: 15_000,
    grace_ms: 45_000,
    invitation_ms: 60_000, file_bytes: 0,
    ring: { again_after_ms: 20_000, every_ms: 10_000, pressing_until_ms: 90_000, later_every_ms: 60_000 },
    typing: true,
    read_marks: true,
  },
  preference: "automatic",
};

function after(...frames: Down[]): State {
  const state = new State();
  for (const frame of frames) state.receive(frame, 4_000);
  return state;
}

it("forgets at synced what was not stated again, and keeps it until then", () => {
  const state = after(
    WELCOME,
    { type: "session", session: session("a") },
    { type: "session", session: session("b") },
    { type: "mine", session: "b", dismissed: true, seen: 0, visible: false, ring: false },
    { type: "synced" },
    WELCOME,
    { type: "session", session: session("a") },
  );
  expect([...state.sessions.keys()]).toEqual(["a", "b"]);
  state.receive({ type: "synced" }, 0);
  expect([...state.sessions.keys()]).toEqual(["a"]);
  expect(state.mineOf("b").dismissed).toBe(false);
});

it("is current only once a connection has stated everything", () => {
  const state = after(WELCOME);
  expect(state.isCurrent).toBe(false);
  state.receive({ type: "synced" }, 0);
  expect(state.isCurrent).toBe(true);
  state.receive(WELCOME, 0);
  expect(state.isCurrent).toBe(false);
});

it("corrects times by the service's clock", () => {
  expect(after(WELCOME).clockAhead).toBe(6_000);
});

it("keeps the newer of two states, and takes the same one again with other states in it", () => {
  const state = after(
    { type: "session", session: session("a", 3, { status: "handled" }) },
    { type: "session", session: session("a", 2) },
  );
  expect(state.sessions.get("a")?.status).toBe("handled");
  state.receive({ type: "session", session: session("a", 3, { status: "handled", ahead: 1 }) }, 0);
  expect(state.sessions.get("a")?.ahead).toBe(1);
});

it("puts messages in order, each once, and takes none that leaves a gap", () => {
  // C8
  const say = (...numbers: number[]): Down => ({ type: "messages", session: "a", messages: numbers.map(message) });
  const state = after(say(1, 2), say(2, 3), say(5), say(3));
  expect(state.messages.get("a")?.map((each) => each.number)).toEqual([1, 2, 3]);
  expect(state.known("a")).toBe(3);
});

it("forgets all people at the first part of a new list", () => {
  const person = (id: string) => ({ id, name: id, role: "client", presence: { state: "online", since: 0 } }) as const;
  const state = after(
    { type: "people", first: true, people: [person("a"), person("b")] },
    { type: "people", people: [person("c")] },
  );
  expect(state.people.size).toBe(3);
  state.receive({ type: "people", first: true, people: [person("b")] }, 0);
  expect([...state.people.keys()]).toEqual(["b"]);
});

it("knows how many missed requests and callbacks were not sent, and not from an earlier connection", () => {
  expect(after(WELCOME, { type: "synced", more: 1_900 }).more).toBe(1_900);
  expect(after(WELCOME, { type: "synced", more: 1_900 }, WELCOME, { type: "synced" }).more).toBe(0);
});

it("keeps canned replies without a connection, takes in changes, and shows nobody another one's", () => {
  const reply = (id: string, text = "Yes."): Down & { type: "replies" } => ({ type: "replies", replies: [{ id, name: id, text, own: true }] });
  const state = after(WELCOME, { ...reply("vpn"), first: true }, reply("hello"), reply("vpn", "No."), { type: "reply.gone", reply: "hello" });
  expect([...state.replies.values()].map(({ name, text }) => [name, text])).toEqual([["vpn", "No."]]);
  state.receive(WELCOME, 0);
  expect(state.replies.size).toBe(1);
  state.receive({ ...reply("bye"), first: true }, 0);
  expect([...state.replies.keys()]).toEqual(["bye"]);
  state.receive({ ...WELCOME, you: { ...WELCOME.you, id: "tom" } }, 0);
  expect(state.replies.size).toBe(0);
});
