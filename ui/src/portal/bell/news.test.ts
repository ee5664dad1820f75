// What a user who is looking elsewhere is told.

import { expect, it } from "vitest";
import type { Message, Role, SessionView, Status } from "../../wire";
import { ITEMS, News, type Reader } from "./news";

const PRIYA = { person: "priya", name: "Priya Shah", state: "online", joined: 1 } as const;

function session(status: Status, id = "s", participants: SessionView["participants"] = []): SessionView {
  const began = { created: 0, waiting_since: 0, messages: 0, rev: 1, kind: "request" } as const;
  const dana = { client: "dana", client_name: "Dana Reyes", subject: "Printer offline" };
  return { id, status, participants, ...began, ...dana };
}

function page(role: Role) {
  const news = new News();
  const at = { sees: "", ends: "" };
  const reader: Reader = {
    id: role === "technician" ? "priya" : "dana",
    role,
    sees: (id) => at.sees === id,
    ends: (id) => at.ends === id,
  };
  const become = (before: Status | null, after: Status, with_: SessionView["participants"] = []): string[] => {
    news.session(before === null ? undefined : session(before, "s", with_), session(after, "s", with_), reader);
    return news.items.map((each) => each.what);
  };
  const message = (number: number, from = "other"): Message => ({ number, id: `m${number}`, from, at: 0, text: "…" });
  const say = (...messages: Message[]): number | undefined => {
    news.said("s", messages, reader);
    return news.messages.get("s")?.number;
  };
  return { news, at, reader, become, message, say };
}

it("tells technicians of callbacks and requests that were given up, and of the end of their own chats", () => {
  // C5
  expect(page("technician").become("waiting", "callback")).toEqual(["callback"]);
  expect(page("technician").become("waiting", "abandoned")).toEqual(["left"]);
  expect(page("technician").become("handled", "completed", [PRIYA])).toEqual(["ended"]);
  expect(page("technician").become("handled", "completed", [{ ...PRIYA, left: 2 }])).toEqual([]);
  expect(page("technician").become("waiting", "handled")).toEqual([]);
});

it("tells clients who joined, that they wait again, and of the end", () => {
  // C12
  expect(page("client").become("waiting", "handled")).toEqual(["joined"]);
  expect(page("client").become("handled", "waiting")).toEqual(["waits_again"]);
  expect(page("client").become("handled", "completed")).toEqual(["ended"]);
  expect(page("client").become("waiting", "abandoned")).toEqual([]);
});

const invitation = (status: Status, more: Partial<SessionView> = {}): SessionView => ({
  ...session(status),
  kind: "push",
  inviter: { person: "priya", name: "Priya Shah" },
  ...more,
});

it("tells technicians what became of their own invitations, unless they did it", () => {
  // C7
  const told = (after: SessionView, role: Role = "technician", inviter = "priya"): string[] => {
    const { news, reader } = page(role);
    const before = invitation("invited", { inviter: { person: inviter, name: "…" } });
    news.session(before, after, reader);
    return news.items.map((each) => each.what);
  };
  expect(told(invitation("handled", { participants: [PRIYA] }))).toEqual(["answered"]);
  expect(told(invitation("completed", { completed_by: "dana" }))).toEqual(["answered"]);
  expect(told(invitation("completed"))).toEqual(["answered"]);
  expect(told(invitation("completed", { completed_by: "priya" }))).toEqual([]);
  expect(told(invitation("handled"), "technician", "tom")).toEqual([]);
  expect(told(invitation("handled", { participants: [PRIYA] }), "client")).toEqual([]);
});

it("tells technicians who has taken over the chat that they offered, or that nobody has", () => {
  // C9
  const offer = { by: "priya", at: 10, to: "tom", to_name: "Tom Baker" };
  const tom = { person: "tom", name: "Tom Baker", state: "online", joined: 11 } as const;
  const offered = { ...session("handled", "s", [PRIYA]), hand_over: offer };
  const told = (after: SessionView): string[] => {
    const { news, reader } = page("technician");
    news.session(offered, after, reader);
    return news.items.map((each) => each.what);
  };
  expect(told({ ...offered, hand_over: { ...offer, declined: 12 } })).toEqual(["not_taken_over"]);
  expect(told(session("handled", "s", [{ ...PRIYA, left: 11 }, tom]))).toEqual(["taken_over"]);
  // She took the offer back, another technician only joined, or it is known already.
  expect(told(session("handled", "s", [PRIYA]))).toEqual([]);
  expect(told({ ...offered, participants: [PRIYA, tom] })).toEqual([]);
  const { news, reader } = page("technician");
  const declined = { ...offered, hand_over: { ...offer, declined: 12 } };
  news.session(offered, declined, reader);
  news.session(declined, { ...declined, messages: 1 }, reader);
  expect(news.items.map((each) => each.what)).toEqual(["not_taken_over"]);
});

it("tells nothing that was so before, that the user did, or that is in front of them", () => {
  expect(page("technician").become(null, "callback")).toEqual([]);
  expect(page("technician").become("callback", "callback")).toEqual([]);
  const ending = page("technician");
  ending.at.ends = "s";
  expect(ending.become("handled", "completed", [PRIYA])).toEqual([]);
  const looking = page("client");
  looking.at.sees = "s";
  expect(looking.become("waiting", "handled")).toEqual([]);
});

it("takes back what was seen, or what something newer replaces", () => {
  const one = page("technician");
  expect(one.become("waiting", "callback")).toEqual(["callback"]);
  expect(one.become("callback", "completed")).toEqual([]);
  const other = page("client");
  other.become("waiting", "handled");
  other.at.sees = "s";
  other.news.look(other.reader);
  expect(other.news.items).toEqual([]);
});

it("keeps the newest message of somebody else, until it is seen or answered", () => {
  // C8
  const { at, news, reader, message, say } = page("technician");
  expect(say(message(1), message(2))).toBe(2);
  expect(say(message(1))).toBe(2);
  expect(say(message(3, "priya"))).toBeUndefined();
  expect(say(message(4))).toBe(4);
  at.sees = "s";
  news.look(reader);
  expect(news.messages.size).toBe(0);
  expect(say(message(5))).toBeUndefined();
});

it("tells of a few at once only", () => {
  const { news, reader } = page("technician");
  for (let at = 0; at < ITEMS + 2; at += 1) news.session(session("waiting", `s${at}`), session("callback", `s${at}`), reader);
  expect(news.items.map((each) => each.session.id)[0]).toBe("s2");
  expect(news.items).toHaveLength(ITEMS);
});
