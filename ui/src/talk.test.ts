// A conversation as lines.

import { expect, it } from "vitest";
import { lastSent, timeline } from "./talk";
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

it("puts notes where their time is and what is being sent last", () => {
  const all = timeline(SESSION, [said(1, "mei", 200), said(2, "priya", 400)], [{ id: "m3", text: "…" }], "priya", 500);
  expect(all.map((line) => line.key)).toEqual(["begun", "m1", "joined priya 300", "m2", "m3"]);
  expect(all.map((line) => line.is)).toEqual(["note", "said", "note", "said", "sending"]);
});

it("shows a message once when it arrives before its answer", () => {
  // C8
  const all = timeline(SESSION, [said(1, "priya", 400)], [{ id: "m1", text: "…" }], "priya", 500);
  expect(all.filter((line) => line.key === "m1")).toHaveLength(1);
});

it("keeps messages in the order of their numbers, whatever their times say", () => {
  const all = timeline(SESSION, [said(1, "mei", 900), said(2, "priya", 200)], [], "priya", 950);
  expect(all.filter((line) => line.is === "said").map((line) => line.key)).toEqual(["m1", "m2"]);
});

it("names who speaks only where several technicians are in it", () => {
  const second = { person: "tom", name: "Tom Walsh", state: "away", joined: 350 } as const;
  const one = timeline(SESSION, [said(1, "priya", 400)], [], "mei", 500);
  const two = timeline(
    { ...SESSION, participants: [...SESSION.participants, second] },
    [said(1, "tom", 400)],
    [],
    "mei",
    500,
  );
  expect(one.find((line) => line.is === "said")).toMatchObject({ name: null, mine: false });
  expect(two.find((line) => line.is === "said")).toMatchObject({ name: "Tom Walsh" });
});

it("says when the reader's own last message was taken", () => {
  expect(lastSent([said(1, "priya", 400)], "priya")).toBe(400);
  expect(lastSent([said(1, "priya", 400), said(2, "mei", 500)], "priya")).toBeNull();
});
