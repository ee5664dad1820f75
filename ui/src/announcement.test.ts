import { expect, it } from "vitest";
import { Announcement, READ_WHOLE } from "./announcement";
import type { Message, SessionView } from "./wire";

const session = (messages: number, more: Partial<SessionView> = {}): SessionView => ({
  id: "chat",
  rev: 1,
  kind: "request",
  status: "handled",
  client: "dana",
  client_name: "Dana Reyes",
  subject: "Printer offline",
  created: 0,
  waiting_since: 0,
  participants: [{ person: "priya", name: "Priya Shah", state: "online", joined: 0 }],
  messages,
  ...more,
});

const message = (number: number, from = "dana"): Message => ({ id: `${number}`, number, from, text: `Text ${number}`, at: number });
const upTo = (number: number): Message[] => Array.from({ length: number }, (_, at) => message(at + 1));

it("reads aloud what arrives while a chat is open, once, and nothing of what was there", () => {
  const all = new Announcement(session(40));
  // The service sends what was there after the chat was opened.
  expect(all.next({ session: session(40), messages: upTo(40), you: "priya" })).toBe("");
  const facts = { session: session(41), messages: upTo(41), you: "priya" };
  expect(all.next(facts)).toBe("Dana Reyes: Text 41");
  expect(all.next(facts)).toBe("");
});

it("reads no message aloud to the one who wrote it", () => {
  const all = new Announcement(session(0));
  expect(all.next({ session: session(1), messages: [message(1, "priya")], you: "priya" })).toBe("");
  expect(all.next({ session: session(1), messages: [message(1, "priya")], you: "dana" })).toBe("");
});

it("counts what has arrived while the page was cut off, if it is much", () => {
  const all = new Announcement(session(0));
  expect(all.next({ session: session(READ_WHOLE), messages: upTo(READ_WHOLE), you: "priya" }).split("\n")).toHaveLength(READ_WHOLE);
  const many = upTo(READ_WHOLE * 2 + 1);
  expect(all.next({ session: session(many.length), messages: many, you: "priya" })).toBe(`${READ_WHOLE + 1} new`);
});

it("says who joined, who left and that it ended", () => {
  const all = new Announcement(session(0));
  const participants = [
    { person: "priya", name: "Priya Shah", state: "online", joined: 0 },
    { person: "tom", name: "Tom Berg", state: "online", joined: 60_000 },
  ] as const;
  const joined = session(0, { participants: [...participants] });
  expect(all.next({ session: joined, messages: [], you: "dana" })).toContain("Tom joined at");
  expect(all.next({ session: joined, messages: [], you: "dana" })).toBe("");
  expect(all.next({ session: { ...joined, ended: 120_000 }, messages: [], you: "dana" })).toContain("The chat ended at");
});

it("says what a file is called", () => {
  const all = new Announcement(session(0));
  const file = { name: "report.pdf", bytes: 10 };
  expect(all.next({ session: session(1), messages: [{ ...message(1), text: "", file }], you: "priya" })).toBe(
    "Dana Reyes: Sent report.pdf",
  );
});
