// What the palette offers, and what it finds first.

import { expect, it } from "vitest";
import type { Person, SessionView } from "../../wire";
import { chatActions, grouped, matching, type Group, type Offer } from "./palette";
import { Directory } from "./people";

const session = (more: Partial<SessionView>): SessionView =>
  ({ id: "s", client: "dana", participants: [], status: "waiting", ...more }) as SessionView;
const here = (person: string) => ({ person, name: person, state: "online", joined: 1 }) as const;

it("offers what may be done with a chat, and nothing else", () => {
  expect(chatActions(session({}), "me", false)).toEqual(["join", "dismiss", "note", "details"]);
  expect(chatActions(session({}), "me", true)).toEqual(["join", "note", "details"]);
  const mine = session({ status: "handled", participants: [here("me")] });
  expect(chatActions(mine, "me", false)).toEqual(["reply", "note", "handOver", "complete", "details"]);
  expect(chatActions(mine, "tom", false)).toEqual(["joinToo", "note", "details"]);
  // C9: leaving takes another one who stays.
  const ours = session({ status: "handled", participants: [here("me"), here("tom")], hand_over: { by: "me", at: 1 } });
  expect(chatActions(ours, "me", false)).toEqual(["reply", "note", "handOver", "keep", "complete", "leave", "details"]);
  expect(chatActions(ours, "ana", false)).toEqual(["join", "dismiss", "note", "details"]);
  expect(chatActions(session({ status: "callback" }), "me", false)).toEqual(["complete", "note", "details"]);
  const asked = session({ status: "invited", inviter: { person: "me", name: "Me" } });
  expect(chatActions(asked, "me", false)).toEqual(["takeBack", "details"]);
  expect(chatActions(session({ status: "completed" }), "me", false)).toEqual(["details"]);
});

const offer = (group: Group, label: string, more?: string): Offer => ({
  key: `${group} ${label}`,
  group,
  label,
  ...(more === undefined ? {} : { more }),
  choose: () => {},
});
const found = (offers: readonly Offer[], wanted: string): string[] =>
  grouped(matching(offers, wanted)).flatMap(({ offers }) => offers.map(({ label }) => label));

it("finds words in any order, without accents, and with the best match first", () => {
  const all = [
    offer("do", "Hand over the chat with Ruth M\u00fcller"),
    offer("chats", "Ruth M\u00fcller", "Alder & Pine \u00b7 Plotter"),
    offer("do", "Change the language"),
    offer("lists", "History"),
  ];
  expect(found(all, "muller ruth")).toEqual(["Ruth M\u00fcller", "Hand over the chat with Ruth M\u00fcller"]);
  expect(found(all, "pine plot")).toEqual(["Ruth M\u00fcller"]);
  expect(found(all, "han")).toEqual(["Hand over the chat with Ruth M\u00fcller", "Change the language"]);
  expect(found(all, "nothing like it")).toEqual([]);
});

it("keeps earlier chats last, however well they match, since they come later", () => {
  const all = [offer("history", "Toner is full"), offer("chats", "Dana Reyes", "Which toner do we order?")];
  expect(found(all, "toner")).toEqual(["Dana Reyes", "Toner is full"]);
});

it("finds people by the beginning of their names first", () => {
  const person = (name: string, company: string): Person => ({
    id: name,
    name,
    role: "client",
    company,
    presence: { state: "offline", since: 0 },
  });
  const people = new Map(
    [person("Johan Berg", "Fjord"), person("Elif H\u00e1kan", "Alder"), person("Hanna Voss", "Harbour")].map((each) => [each.id, each]),
  );
  const directory = new Directory();
  directory.update(people);
  expect(directory.find(people, ["han"], 8).map((each) => each.person.name)).toEqual(["Hanna Voss", "Johan Berg"]);
  expect(directory.find(people, ["hak"], 8).map((each) => each.person.name)).toEqual(["Elif H\u00e1kan"]);
  expect(directory.find(people, ["h"], 1)).toHaveLength(1);
});
