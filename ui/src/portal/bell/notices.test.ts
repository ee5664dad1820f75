// The notifications on the screen, as users read them.

import { expect, it } from "vitest";
import { State } from "../../state.svelte";
import type { Message, SessionView } from "../../wire";
import { News, type Reader } from "./news";
import { isOver, notices, type Notice } from "./notices";
import { Rings } from "./rings";

const SCHEDULE = { again_after_ms: 20_000, every_ms: 10_000, pressing_until_ms: 90_000, later_every_ms: 60_000 };
const PRIYA = { person: "priya", name: "Priya Shah", state: "online", joined: 1 } as const;

const session = (id: string, more: Partial<SessionView> = {}): SessionView => ({
  id,
  rev: 1,
  kind: "request",
  status: "waiting",
  client: "dana",
  client_name: "Dana Reyes",
  company: "Northwind Dental",
  subject: "Printer offline",
  reference: "48213",
  created: 0,
  waiting_since: 0,
  participants: [],
  messages: 0,
  ...more,
});

const message = (number: number, from: string, text: string): Message => ({ number, id: `m${number}`, from, at: 0, text });

/** What is shown after these chats ring for a while, with the news. */
function shown(waiting: readonly SessionView[], at: number, tell: (news: News, reader: Reader) => void = () => {}) {
  const [state, rings, news] = [new State(), new Rings(), new News()];
  const reader: Reader = { id: "priya", role: "technician", sees: () => false, ends: () => false };
  for (const each of waiting) state.receive({ type: "session", session: each }, 0);
  const ringing = waiting.filter((each) => each.status === "waiting");
  rings.renew(
    ringing.map((each) => ({ id: each.id, since: each.waiting_since, isReminder: false })),
    { page: at, service: at },
    SCHEDULE,
    true,
  );
  tell(news, reader);
  return { state, all: notices(state, rings, news) };
}

const words = (all: readonly Notice[]): string[][] =>
  all.map((each) => [each.title, each.body, ...each.buttons.map((button) => button.label)]);

it("says who asks, about what and for how long, with Join and Dismiss, and stays", () => {
  // C3
  const { all } = shown([session("a")], 40_000);
  expect(words(all)).toEqual([
    ["Dana Reyes (Northwind Dental) needs help", "Printer offline · #48213 · waiting 0:40", "Join", "Dismiss"],
  ]);
  expect(all[0]).toMatchObject({ tag: "request:a", session: "a", stays: true });
});

it("says who waits for an answer, and with whom a chat was that waits again", () => {
  // C3, C9
  const awaited = session("a", { status: "handled", participants: [PRIYA], answer_due: 60_000 });
  const { state } = shown([awaited], 0);
  const rings = new Rings();
  rings.renew([{ id: "a", since: 60_000, isReminder: true }], { page: 60_000, service: 60_000 }, SCHEDULE, true);
  expect(words(notices(state, rings, new News()))).toEqual([
    ["Dana Reyes (Northwind Dental) is waiting for your answer", "Printer offline · #48213", "Open", "Dismiss"],
  ]);
  const again = session("b", { participants: [{ ...PRIYA, left: 2 }], messages: 42 });
  expect(words(shown([again], 40_000).all)[0]?.[1]).toBe(
    "Printer offline · #48213 · was with Priya, 42 messages · waiting 0:40",
  );
});

it("is late after a minute, alone or for all", () => {
  const four = ["a", "b", "c", "d"].map((id) => session(id));
  for (const waiting of [[session("a")], four]) {
    expect(shown(waiting, 59_999).all[0]?.isLate).toBe(false);
    expect(shown(waiting, 60_000).all[0]?.isLate).toBe(true);
  }
});

it("says who hands over which chat, with the note", () => {
  // C9
  const offer = { by: "tom", at: 0, to: "priya", to_name: "Priya Shah", note: "Second line." };
  const tom = { person: "tom", name: "Tom Baker", state: "online", joined: 1 } as const;
  const offered = session("a", { status: "handled", participants: [tom], hand_over: offer });
  const { state } = shown([offered], 0);
  const rings = new Rings();
  rings.renew([{ id: "a", since: 0, isReminder: false }], { page: 0, service: 0 }, SCHEDULE, true);
  expect(words(notices(state, rings, new News()))).toEqual([
    ["Tom hands over Dana Reyes (Northwind Dental)", "Second line.", "Join", "Not now"],
  ]);
  const { note: _, to: __, ...toAll } = offer;
  state.receive({ type: "session", session: { ...offered, rev: 2, hand_over: toAll } }, 0);
  expect(words(notices(state, rings, new News()))).toEqual([
    ["Tom hands over Dana Reyes (Northwind Dental)", "Printer offline · #48213", "Join", "Dismiss"],
  ]);
});

it("asks an invited client, until they have answered", () => {
  // C7
  const invited = session("a", { kind: "push", status: "invited", inviter: { person: "priya", name: "Priya Shah" } });
  const you = { id: "dana", name: "Dana Reyes", role: "client", organisation: "Acme IT" } as const;
  const all = (status: SessionView["status"]): Notice[] => {
    const known = { you, sessions: new Map([["a", { ...invited, status }]]), mineOf: () => new State().mineOf("a") };
    return notices(known, new Rings(), new News());
  };
  expect(words(all("invited"))).toEqual([
    ["Priya from Acme IT would like to chat", "Printer offline", "Accept", "Not now"],
  ]);
  expect(all("invited")[0]).toMatchObject({ tag: "invitation:a", session: "a", stays: true });
  expect(all("handled")).toEqual([]);
});

it("stands for all from three on", () => {
  // C3
  const waiting = ["a", "b", "c", "d"].map((id, index) => session(id, { waiting_since: index * 1000 }));
  const { all } = shown(waiting, 80_000);
  expect(words(all)).toEqual([["4 waiting, longest 1:20", "They are all in the list.", "Join the longest"]]);
  expect(all[0]).toMatchObject({ session: null, stays: true });
});

it("shows a message under its writer's name, cut, until it is read or in front of them elsewhere", () => {
  // C8
  const chat = session("a", { status: "handled", participants: [PRIYA], messages: 1 });
  const tell = (news: News, reader: Reader): void => news.said("a", [message(1, "dana", "x".repeat(300))], reader);
  const { all } = shown([chat], 0, tell);
  expect(all[0]?.title).toBe("Dana Reyes (Northwind Dental)");
  expect(all[0]?.body).toHaveLength(160);
  for (const mine of [{ seen: 1 }, { visible: true }]) {
    const { state } = shown([chat], 0);
    const news = new News();
    tell(news, { id: "priya", role: "technician", sees: () => false, ends: () => false });
    state.receive({ type: "mine", session: "a", dismissed: false, seen: 0, visible: false, ring: false, ...mine }, 0);
    expect(notices(state, new Rings(), news)).toEqual([]);
  }
  const reader: Reader = { id: "dana", role: "client", sees: () => false, ends: () => false };
  const { all: hers } = shown([chat], 0, (news) => news.said("a", [message(1, "priya", "Hello.")], reader));
  expect(words(hers)).toEqual([["Priya Shah", "Hello."]]);
});

it("says what became of a chat", () => {
  // C5, C12
  const told = (after: Partial<SessionView>, before: Partial<SessionView>, role: Reader["role"]): string | undefined => {
    const reader: Reader = { id: "priya", role, sees: () => false, ends: () => false };
    const { all } = shown([], 0, (news) => news.session(session("a", before), session("a", after), reader));
    return all[0]?.title;
  };
  const handled: Partial<SessionView> = { status: "handled", participants: [PRIYA] };
  const phone = { phone: "+64 9 555 0100" };
  expect(told({ status: "abandoned", ended: 130_000 }, {}, "technician")).toBe("Dana left after 2:10; nobody joined.");
  expect(told({ status: "callback", callback: phone }, {}, "technician")).toBe("Dana asks to be called: +64 9 555 0100");
  expect(told({ ...handled, status: "completed" }, handled, "technician")).toBe("The chat has ended.");
  expect(told(handled, {}, "client")).toBe("Priya joined.");
  const invited: Partial<SessionView> = { kind: "push", status: "invited", inviter: { person: "priya", name: "Priya Shah" } };
  const notNow: Partial<SessionView> = { kind: "push", status: "completed", completed_by: "dana" };
  expect(told(notNow, invited, "technician")).toBe("Dana answered: not now.");
  const offer = { by: "priya", at: 10, to: "tom", to_name: "Tom Baker" };
  const tom = { person: "tom", name: "Tom Baker", state: "online", joined: 11 } as const;
  const declined = { ...handled, hand_over: { ...offer, declined: 12 } };
  const offered = { ...handled, hand_over: offer };
  expect(told(declined, offered, "technician")).toBe("Tom did not take over the chat with Dana. You still have it.");
  const { to: _, to_name: __, ...toAll } = declined.hand_over;
  expect(told({ ...declined, hand_over: toAll }, offered, "technician")).toBe(
    "Nobody took over the chat with Dana. You still have it.",
  );
  const taken = { ...handled, participants: [{ ...PRIYA, left: 11 }, tom] };
  expect(told(taken, offered, "technician")).toBe("Tom has taken over the chat with Dana.");
});

it("recognises what an earlier page left behind", () => {
  const { state } = shown([session("a"), session("b", { status: "handled", messages: 2 })], 0);
  const offered = session("o", { status: "handled", hand_over: { by: "tom", at: 0 } });
  for (const each of [offered, session("i", { status: "invited" })]) state.receive({ type: "session", session: each }, 0);
  expect(isOver("request:o", "o", state)).toBe(false);
  expect(isOver("invitation:i", "i", state)).toBe(false);
  expect(isOver("invitation:a", "a", state)).toBe(true);
  state.sessions.delete("o");
  expect(isOver("request:a", "a", state)).toBe(false);
  expect(isOver("request:b", "b", state)).toBe(true);
  expect(isOver("request:c", "c", state)).toBe(true);
  expect(isOver("requests", null, state)).toBe(false);
  expect(isOver("test", null, state)).toBe(true);
  expect(isOver("message:b", "b", state)).toBe(false);
  state.receive({ type: "mine", session: "a", dismissed: true, seen: 0, visible: false, ring: false }, 0);
  state.receive({ type: "mine", session: "b", dismissed: false, seen: 2, visible: false, ring: false }, 0);
  expect(isOver("request:a", "a", state)).toBe(true);
  expect(isOver("requests", null, state)).toBe(true);
  expect(isOver("message:b", "b", state)).toBe(true);
});
