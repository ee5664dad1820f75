// What users read, and times as they read them. Local times are made here, so that every zone gives the same words.

import { expect, it } from "vitest";
import { clock, clockSeconds, lasting, when } from "./time";
import * as deskWords from "./deskWords";
import * as technicianWords from "./technicianWords";
import * as words from "./words";
import type { SessionView } from "./wire";

const at = (hour: number, minute: number, second = 0, day = 10): number =>
  new Date(2026, 10, day, hour, minute, second).getTime();
const NOW = at(13, 30);

const session = (more: Partial<SessionView>): SessionView => ({
  id: "s",
  rev: 1,
  kind: "request",
  status: "waiting",
  client: "dana",
  client_name: "Dana Reyes",
  subject: "Printer offline",
  created: at(12, 0),
  waiting_since: at(12, 0),
  participants: [],
  messages: 0,
  ...more,
});

it("counts in minutes and seconds, from an hour on with hours, and never below zero", () => {
  expect([0, 12_999, 80_000, 3_612_000, -5].map(lasting)).toEqual(["0:00", "0:12", "1:20", "1:00:12", "0:00"]);
});

it("tells the time of day, and the day where it is not today", () => {
  expect(clock(at(9, 5))).toBe("09:05");
  expect(clockSeconds(at(10, 47, 12))).toBe("10:47:12");
  expect(when(at(12, 4), NOW)).toBe("12:04");
  expect(when(at(12, 4, 0, 9), NOW)).toBe("yesterday 12:04");
  expect(when(at(12, 4, 0, 11), NOW)).toBe("tomorrow 12:04");
  expect(when(at(12, 4, 0, 3), NOW)).toBe("3 Nov 12:04");
  expect(when(new Date(2024, 10, 12, 12, 4).getTime(), NOW)).toBe("12 Nov 2024 12:04");
});

it("says a presence with reason and time", () => {
  const away = (reason: "idle" | "locked" | "manual", until?: number) =>
    words.presence({ state: "away", reason, since: at(12, 4), ...(until === undefined ? {} : { until }) }, NOW);
  expect(words.presence({ state: "online", since: 0 }, NOW)).toBe("Online");
  expect(words.presence({ state: "offline", since: at(12, 4) }, NOW)).toBe("Offline since 12:04");
  // The beginning of time is no time: nobody reads 1970.
  expect(words.presence({ state: "offline", since: 0 }, NOW)).toBe("Offline, has never signed in");
  expect(away("idle")).toBe("Away, no input since 12:04");
  expect(away("locked")).toBe("Away, screen locked since 12:04");
  expect(away("manual", at(14, 0))).toBe("Away, set manually until 14:00");
});

it("says since when somebody is online, and without a connection when that was known", () => {
  const is = { state: "online", since: at(8, 52) } as const;
  expect(technicianWords.details.presence(is, NOW, null)).toBe("Online since 08:52");
  expect(technicianWords.details.presence(is, NOW, at(10, 48))).toBe("As of 10:48: Online since 08:52");
});

it("says of one's own manual away that requests still come", () => {
  const is = { state: "away", reason: "manual", since: at(12, 4) } as const;
  expect(words.ownPresence(is, { time: at(14, 0) }, NOW)).toBe("Away, set by you until 14:00. You still get requests.");
  expect(words.ownPresence(is, "cleared", NOW)).toBe("Away, set by you. You still get requests.");
  expect(words.ownPresence(is, "back", NOW)).toBe("Away, set by you until you are back. You still get requests.");
});

it("says with whom a chat was that waits again", () => {
  // C9
  const tom = { person: "t", name: "Tom Berg", state: "offline", joined: 1, left: 2 } as const;
  const was = (messages: number) => words.technician.wasWith(session({ participants: [tom], messages }));
  expect([0, 1, 42].map(was)).toEqual(["It was with Tom.", "It was with Tom, 1 message.", "It was with Tom, 42 messages."]);
});

it("counts down to the next try", () => {
  expect(words.retrying(NOW + 7_400, NOW)).toBe("Retrying in 8 s.");
  expect(words.retrying(NOW - 10, NOW)).toBe("Retrying in 0 s.");
  expect(words.retrying(null, NOW)).toBe("Retrying now.");
});

it("tells who came first, and what became of a request", () => {
  const joined = { person: "p", name: "Priya Shah", state: "online", joined: at(10, 42) } as const;
  expect(words.lateFor(session({ status: "handled", participants: [joined] }), NOW)).toBe("Priya joined at 10:42.");
  expect(words.lateFor(session({ status: "abandoned", ended: at(12, 2, 10) }), NOW)).toBe(
    "Dana left after 2:10; nobody joined.",
  );
});

it("names a ticket once, however it was written", () => {
  expect(words.about(session({ reference: "48213" }))).toBe("Printer offline · #48213");
  expect(words.about(session({ reference: "#48213" }))).toBe("Printer offline · #48213");
});

it("says how many are in line before one", () => {
  expect([0, 1, 3].map(words.inLine)).toEqual([
    "You are first in line.",
    "One request is ahead of yours.",
    "3 requests are ahead of yours.",
  ]);
});

it("never lets users read of pushing, sessions or handling", () => {
  const texts = (value: unknown): string[] => {
    if (typeof value === "string") return [value];
    return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
  };
  expect(texts({ ...words, ...deskWords, technician: { ...words.technician, ...technicianWords } }).filter((text) => /push|session|handled/i.test(text))).toEqual([]);
});

it("makes a sentence of what a machine has said, without the numbers of its errors", () => {
  expect(deskWords.sentence("the X server tells of all input (XSync alarms)")).toBe(
    "The X server tells of all input (XSync alarms).",
  );
  expect(deskWords.sentence("h cannot be reached (Connection refused (os error 111))")).toBe(
    "H cannot be reached (Connection refused).",
  );
  expect([deskWords.sentence(""), deskWords.sentence("It is X11.")]).toEqual(["", "It is X11."]);
});

it("counts one as one", () => {
  expect(words.technician.older(1)).toBe("Show older (1 more missed request or callback)");
  expect(words.technician.older(2)).toBe("Show older (2 more missed requests and callbacks)");
  expect([15, 60].map(words.technician.span)).toEqual(["15 minutes", "1 hour"]);
});

it("calls the choice Automatic, since the state beside it may be Away all the same", () => {
  expect([deskWords.desk.automatic, words.technician.automatic]).toEqual(["Automatic", "Automatic"]);
});

it("says of a client who was never there that they have never signed in, and no date", () => {
  expect(words.notInvited("offline", "Dana Reyes", 0, NOW)).toBe("Dana has never signed in; invitation not sent.");
});
