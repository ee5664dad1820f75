// The people a technician sees, in their groups: technicians first, then each company. Sorted by name, never by
// presence, so that nobody moves when somebody comes or goes. Pure.

import type { Person } from "../../wire";

/** A group of people with its heading; `null` for clients without a company. */
export interface Group {
  company: string | null;
  isTechnicians: boolean;
  people: readonly Person[];
}

const byName = new Intl.Collator(undefined, { sensitivity: "base" });

/** The people whose name or company contains `wanted`. */
export function groups(people: Iterable<Person>, wanted: string): Group[] {
  const word = wanted.trim().toLocaleLowerCase();
  const has = (text: string | undefined): boolean => text?.toLocaleLowerCase().includes(word) ?? false;
  const technicians: Person[] = [];
  const companies = new Map<string | null, Person[]>();
  for (const person of people) {
    if (!has(person.name) && !has(person.company)) continue;
    if (person.role === "technician") {
      technicians.push(person);
    } else {
      const company = person.company ?? null;
      const known = companies.get(company);
      if (known === undefined) companies.set(company, [person]);
      else known.push(person);
    }
  }
  const sorted = (list: Person[]): Person[] =>
    list.sort((a, b) => byName.compare(a.name, b.name) || (a.id < b.id ? -1 : 1));
  const clients = [...companies.entries()].sort(([a], [b]) => byName.compare(a ?? "\uffff", b ?? "\uffff"));
  return [
    ...(technicians.length > 0 ? [{ company: null, isTechnicians: true, people: sorted(technicians) }] : []),
    ...clients.map(([company, list]) => ({ company, isTechnicians: false, people: sorted(list) })),
  ];
}
