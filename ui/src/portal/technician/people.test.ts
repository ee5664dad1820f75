// The list of people: its order and its search.

import { expect, it } from "vitest";
import type { Person, SessionView } from "../../wire";
import { Directory, busyClients, mayInvite } from "./people";

const person = (name: string, role: Person["role"], company?: string): Person => ({
  id: name,
  name,
  role,
  ...(company === undefined ? {} : { company }),
  presence: { state: "online", since: 0 },
});
const known = (...people: Person[]): Map<string, Person> => new Map(people.map((each) => [each.id, each]));

const PEOPLE = known(
  person("Tom Walsh", "technician"),
  person("Mei Tanaka", "client", "Coastline Realty"),
  person("Lee Park", "client", "Northwind Dental"),
  person("Dana Reyes", "client", "Northwind Dental"),
  person("Nobody's", "client"),
  person("Ana Lind", "technician"),
);

function shown(people: Map<string, Person>, wanted = "", isOnlineOnly = false, directory = new Directory()): string[] {
  directory.update(people);
  return directory
    .lines(people, wanted, isOnlineOnly)
    .map((line) => (line.is === "person" ? line.person.name : line.isTechnicians ? "# technicians" : `# ${line.company}`));
}

it("groups people: technicians first, then companies by name, and finds by name or company", () => {
  expect(shown(PEOPLE)).toEqual([
    "# technicians",
    "Ana Lind",
    "Tom Walsh",
    "# Coastline Realty",
    "Mei Tanaka",
    "# Northwind Dental",
    "Dana Reyes",
    "Lee Park",
    "# null",
    "Nobody's",
  ]);
  expect(shown(PEOPLE, "north")).toEqual(["# Northwind Dental", "Dana Reyes", "Lee Park"]);
});

it.each([
  ["muller", "J\u00f6rg M\u00fcller"],
  ["m\u00fcller", "Jorg Muller"],
  ["garcia ana", "Ana Garc\u00eda"],
  ["strasse", "Eva Stra\u00dfe"],
  ["north dana", "Dana Reyes"],
])("finds by %j %j, without accents and in any order of words", (wanted, name) => {
  const people = known(person(name, "client", "Northwind Dental"), person("Omar Haddad", "client", "Harbour Law"));
  expect(shown(people, wanted)).toEqual(["# Northwind Dental", name]);
  expect(shown(people, `${wanted} x`)).toEqual([]);
});

it("shows only those who are Online, if that is asked for", () => {
  const away = { ...person("Dana Reyes", "client"), presence: { state: "offline", since: 1 } as const };
  expect(shown(known(away, person("Ana Lind", "technician")), "", true)).toEqual(["# technicians", "Ana Lind"]);
});

it("merges who comes, goes and changes their name, and orders as if all had come at once", () => {
  const directory = new Directory();
  const names = Array.from({ length: 60 }, (_, at) => `${String.fromCharCode(65 + ((at * 7) % 26))}${at}`);
  const people = new Map<string, Person>();
  for (let at = 0; at < names.length; at += 20) {
    for (const name of names.slice(at, at + 20)) people.set(name, person(name, "client", `C${name.charCodeAt(0) % 3}`));
    expect(shown(people, "", false, directory)).toEqual(shown(people));
  }
  people.delete("A0");
  people.set("H1", { ...person("Zoe", "client", "C0"), id: "H1" });
  people.set("new", { ...person("Adam", "technician"), id: "new" });
  expect(shown(people, "", false, directory)).toEqual(shown(people));
  expect(shown(people, "", false, directory)).toContain("Zoe");
});

it("invites clients who are Online and whom nobody serves", () => {
  // C7
  const session = (client: string, status: SessionView["status"]): SessionView => ({ client, status }) as SessionView;
  const busy = busyClients([
    session("waits", "waiting"),
    session("is asked", "invited"),
    session("talks", "handled"),
    session("was served", "completed"),
    session("wants a call", "callback"),
  ]);
  const may = (name: string): boolean => mayInvite(person(name, "client"), busy);
  expect(["waits", "is asked", "talks", "was served", "wants a call", "new"].map(may)).toEqual([
    false,
    false,
    false,
    true,
    true,
    true,
  ]);
  expect(mayInvite(person("Ana Lind", "technician"), busy)).toBe(false);
  const away = { state: "away", reason: "idle", since: 1 } as const;
  expect(mayInvite({ ...person("new", "client"), presence: away }, busy)).toBe(false);
});
