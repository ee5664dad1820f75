// The people a technician sees, in their groups: technicians first, then each company. Sorted by name, never by presence, so that nobody moves
// when somebody comes or goes. A change of presence sorts nothing, and new people are merged into those that are sorted. Pure.

import { folded } from "../../folded";
import type { Person, SessionView } from "../../wire";

/** A line of the list: the heading of a group, or a person. */
export type Line =
  | { is: "heading"; key: string; company: string | null; isTechnicians: boolean }
  | { is: "person"; key: string; person: Person };

interface Entry {
  id: string;
  name: string;
  company: string | null;
  isTechnician: boolean;
  /** Name and company as they are searched. */
  folded: string;
}

/** Somebody who was looked for, and how well they match. */
export interface Found {
  person: Person;
  rank: number;
}

const byName = new Intl.Collator(undefined, { sensitivity: "base" });

/** The words of a search: all of them must be found, in any order. */
export const wordsOf = (wanted: string): string[] => folded(wanted).split(/\s+/).filter((word) => word !== "");

/**
 * How well a text matches the words of a search, both {@link folded}: 0 is best, null no match. A word at the beginning of the text counts
 * before one at the beginning of a word, and that before one within a word.
 */
export function rank(text: string, words: readonly string[]): number | null {
  let sum = 0;
  for (const word of words) {
    let best: number | null = null;
    for (let at = text.indexOf(word); at >= 0 && best !== 0 && best !== 1; at = text.indexOf(word, at + 1)) {
      best = at === 0 ? 0 : /[\p{L}\p{N}]/u.test(text[at - 1] ?? "") ? 2 : 1;
    }
    if (best === null) return null;
    sum += best;
  }
  return sum;
}

/** Clients who wait, are invited or are in a chat. */
export function busyClients(sessions: Iterable<SessionView>): Set<string> {
  const busy = new Set<string>();
  for (const { status, client } of sessions) {
    if (status === "waiting" || status === "invited" || status === "handled") busy.add(client);
  }
  return busy;
}

/** Whether somebody may be invited (C7): only a client who is Online, and not one who waits for somebody already. */
export const mayInvite = (person: Person, busy: ReadonlySet<string>): boolean =>
  person.role === "client" && person.presence.state === "online" && !busy.has(person.id);

/** All people, in their order. */
export class Directory {
  #sorted: readonly Entry[] = [];
  #entries = new Map<string, Entry>();

  /** Takes in what is known now. */
  update(people: ReadonlyMap<string, Person>): void {
    const news: Entry[] = [];
    for (const person of people.values()) {
      const known = this.#entries.get(person.id);
      if (known !== undefined && isSame(known, person)) continue;
      const entry = entryOf(person);
      this.#entries.set(person.id, entry);
      news.push(entry);
    }
    let isGone = false;
    if (this.#entries.size > people.size) {
      isGone = true;
      for (const id of this.#entries.keys()) if (!people.has(id)) this.#entries.delete(id);
    }
    if (news.length === 0 && !isGone) return;
    const kept = this.#sorted.filter((entry) => this.#entries.get(entry.id) === entry);
    this.#sorted = merged(kept, news.sort(compare));
  }

  /** Those who match the words of a search, the best first, `most` of them. */
  find(people: ReadonlyMap<string, Person>, words: readonly string[], most: number): Found[] {
    const found = this.#sorted.flatMap((entry) => {
      const [person, fit] = [people.get(entry.id), rank(entry.folded, words)];
      return person === undefined || fit === null ? [] : [{ person, rank: fit }];
    });
    return found.sort((a, b) => a.rank - b.rank).slice(0, most);
  }

  /** The lines for those who match all words of `wanted`, in any order. */
  lines(people: ReadonlyMap<string, Person>, wanted: string, isOnlineOnly: boolean): Line[] {
    const words = wordsOf(wanted);
    const lines: Line[] = [];
    let group: Entry | null = null;
    for (const entry of this.#sorted) {
      const person = people.get(entry.id);
      if (person === undefined || (isOnlineOnly && person.presence.state !== "online")) continue;
      if (!words.every((word) => entry.folded.includes(word))) continue;
      if (group === null || !isSameGroup(group, entry)) {
        const { company, isTechnician } = entry;
        const key = isTechnician ? "technicians" : `company ${company ?? ""}`;
        lines.push({ is: "heading", key, company, isTechnicians: isTechnician });
        group = entry;
      }
      lines.push({ is: "person", key: entry.id, person });
    }
    return lines;
  }
}

function entryOf({ id, name, company, role }: Person): Entry {
  return {
    id,
    name,
    company: company ?? null,
    isTechnician: role === "technician",
    folded: folded(`${name} ${company ?? ""}`),
  };
}

const isSame = (entry: Entry, { name, company, role }: Person): boolean =>
  entry.name === name && entry.company === (company ?? null) && entry.isTechnician === (role === "technician");

const isSameGroup = (a: Entry, b: Entry): boolean =>
  a.isTechnician === b.isTechnician && (a.isTechnician || a.company === b.company);

function compare(a: Entry, b: Entry): number {
  if (a.isTechnician !== b.isTechnician) return a.isTechnician ? -1 : 1;
  // Clients without a company come last.
  const groups = a.isTechnician ? 0 : byCompany(a.company, b.company);
  return groups || byName.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}

function byCompany(a: string | null, b: string | null): number {
  if (a === b) return 0;
  if (a === null || b === null) return a === null ? 1 : -1;
  return byName.compare(a, b) || (a < b ? -1 : 1);
}

function merged(one: readonly Entry[], other: readonly Entry[]): Entry[] {
  const all: Entry[] = [];
  let at = 0;
  for (const entry of one) {
    for (let next = other[at]; next !== undefined && compare(next, entry) < 0; next = other[at]) {
      all.push(next);
      at += 1;
    }
    all.push(entry);
  }
  return [...all, ...other.slice(at)];
}
