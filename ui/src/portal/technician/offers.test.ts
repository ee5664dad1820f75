// What the palette offers on a page, and what choosing it does.

import { expect, it } from "vitest";
import type { Person, SessionView } from "../../wire";
import { lists } from "./lists";
import { offers, ofPerson, type Does, type Known } from "./offers";

const DONE: string[] = [];
const does: Does = {
  inChat: (action) => DONE.push(action),
  open: ({ id }) => DONE.push(`open ${id}`),
  list: (list) => DONE.push(`list ${list}`),
  prefer: (preference) => DONE.push(JSON.stringify(preference)),
  undo: () => DONE.push("undo"),
  people: () => DONE.push("people"),
  keys: () => DONE.push("keys"),
  setSound: (isOn) => DONE.push(`sound ${isOn}`),
  testSound: () => DONE.push("test"),
  signOut: () => DONE.push("sign out"),
};
const known = (more: Partial<Known> = {}): Known => ({
  you: "me",
  opened: undefined,
  isSilenced: false,
  isAsking: false,
  all: lists([], "me"),
  isAway: false,
  hasKeys: true,
  undoable: null,
  sound: "on",
  signOut: "Sign out here",
  languages: [
    { label: "English", isChosen: true, choose: () => DONE.push("English") },
    { label: "Deutsch", isChosen: false, choose: () => DONE.push("Deutsch") },
  ],
  ...more,
});
const labels = (is: Known): string[] => offers(is, does).map(({ label }) => label);
const session = { id: "s", client: "dana", client_name: "Dana Reyes", subject: "Printer", status: "waiting", participants: [] };
const waiting = session as unknown as SessionView;

it("offers the other choice of presence, the other languages, and the sound as it is not", () => {
  expect(labels(known())).toEqual(expect.arrayContaining(["Away", "Turn the sound off", "Language: Deutsch"]));
  expect(labels(known())).not.toContain("Language: English");
  expect(labels(known({ isAway: true, sound: "off" }))).toEqual(expect.arrayContaining(["Automatic", "Turn the sound on"]));
  expect(labels(known({ sound: null })).filter((label) => /sound/i.test(label))).toEqual([]);
});

it("shows the keys that do the same, unless single keys are off", () => {
  const keysOf = (is: Known, label: string) => offers(is, does).find((each) => each.label === label)?.keys;
  const opened = known({ opened: waiting });
  expect(keysOf(opened, "Join the chat with Dana Reyes")).toEqual(["A"]);
  expect(keysOf(opened, "Missed")).toEqual(["G", "Shift", "M"]);
  expect(keysOf({ ...opened, hasKeys: false }, "Join the chat with Dana Reyes")).toBe(undefined);
  // No single key.
  expect(keysOf({ ...opened, hasKeys: false }, "Away")).toEqual(["Ctrl", "."]);
});

it("says Not now of a chat that is offered to one alone, as its button does", () => {
  const offered = { ...waiting, status: "handled", hand_over: { by: "tom", at: 1, to: "me" } } as SessionView;
  expect(labels(known({ opened: offered }))).toContain("Not now: the chat with Dana Reyes");
  const toAll = { ...offered, hand_over: { by: "tom", at: 1 } } as SessionView;
  expect(labels(known({ opened: toAll }))).toContain("Dismiss the request of Dana Reyes");
});

it("offers nothing in a chat that waits for an answer of the service", () => {
  expect(labels(known({ opened: waiting, isAsking: true })).some((label) => label.includes("Dana"))).toBe(false);
});

it("opens the chat of a client, invites them, or shows their earlier chats", () => {
  const person = (role: Person["role"], state: "online" | "offline"): Person => ({
    id: "dana",
    name: "Dana Reyes",
    role,
    presence: { state, since: 1 },
  });
  const chosen = (who: Person, chat?: SessionView): string => {
    let done = "";
    const note = (what: string) => () => (done = what);
    ofPerson(who, 0, chat, new Set(), { open: note("open"), invite: note("invite"), earlier: note("earlier"), show: note("show") }).choose();
    return done;
  };
  expect(chosen(person("client", "online"), waiting)).toBe("open");
  expect(chosen(person("client", "online"))).toBe("invite");
  expect(chosen(person("client", "offline"))).toBe("earlier");
  expect(chosen(person("technician", "online"))).toBe("show");
});
