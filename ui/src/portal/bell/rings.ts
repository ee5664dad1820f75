// Which requests ring and when each has rung last (C3), as the app does it in `crates/agent/src/agent/rings.rs`. Pure: what
// rings and the time come in. Three things are remembered: how long each request has waited, which must not change when a
// clock is set; at which of its sounds it is; and the notification that stands for all, from three requests on.

import type { Schedule } from "../../wire";
import { nextAfter, ringsAt } from "./schedule";

/**
 * From this many ringing requests on, one notification stands for all (C3). Offers of others count as requests; the user's own chats
 * that wait for an answer do not, and have notifications of their own.
 */
export const SEVERAL = 3;

/** A request for which this page rings; `since` by the service's clock. */
export interface Ringing {
  id: string;
  since: number;
  /** Whether it is a chat of this user's own, which waits for an answer. */
  isReminder: boolean;
}

/** The time by two clocks, in milliseconds. */
export interface Now {
  /** The service's clock, as the page estimates it. */
  service: number;
  /** The page's clock for spans. */
  page: number;
}

/** A notification as it was last renewed. */
export interface Renewed {
  waited: number;
  /** Names the sound, the same in every tab; null if it has sounded already with the notification that stood for all. */
  sound: string | null;
}

interface Known extends Renewed {
  count: number;
}

interface All extends Renewed {
  longest: string;
  ids: ReadonlySet<string>;
}

/** What rings. */
export class Rings {
  #requests = new Map<string, Known>();
  #all: All | null = null;
  #waits = new Map<string, { since: number; at: number; waited: number }>();

  /** The requests that ring. */
  get requests(): ReadonlyMap<string, Renewed> {
    return this.#requests;
  }

  /** What stands for all of them, if there are several. */
  get all(): Readonly<All> | null {
    return this.#all;
  }

  /**
   * Follows the requests for which this page rings. While they are not `live`, it is not known whether they still wait: they
   * stay, but do not sound.
   */
  renew(unsorted: readonly Ringing[], now: Now, schedule: Schedule, live: boolean): void {
    const ringing = [...unsorted].sort((a, b) => a.since - b.since || (a.id < b.id ? -1 : 1));
    this.#noteWaits(ringing, now);
    const counts = ringing.map((each) => {
      const waited = this.#waits.get(each.id)?.waited ?? 0;
      return { ...each, waited, count: ringsAt(schedule, waited) };
    });
    const ids = new Set(ringing.map((each) => each.id));
    for (const id of this.#requests.keys()) if (!ids.has(id)) this.#requests.delete(id);
    const before = this.#all;
    this.#all = null;
    const requests = counts.filter((each) => !each.isReminder);
    const isEach = requests.length < SEVERAL;
    if (!isEach) this.#renewAll(requests, before, live);
    this.#renewEach(isEach ? counts : counts.filter((each) => each.isReminder), before, live);
  }

  /** When something sounds next, by the page's clock; null if nothing does by itself. */
  next(now: Now, schedule: Schedule): number | null {
    const waits = [...this.#waits.entries()];
    const due = waits.filter(([id]) => this.#all?.ids.has(id) !== true || this.#all.longest === id);
    const times = due.map(([, { at, waited }]) => at + nextAfter(schedule, waited) - waited);
    return times.length === 0 ? null : Math.max(now.page, Math.min(...times));
  }

  /** Updates how long these have waited. A request that waits again sounds again from the beginning. */
  #noteWaits(ringing: readonly Ringing[], now: Now): void {
    const before = this.#waits;
    this.#waits = new Map();
    for (const { id, since } of ringing) {
      const known = before.get(id);
      const byClock = Math.max(0, now.service - since);
      const isSame = known !== undefined && known.since === since;
      // A service whose clock is set back must not silence a request for that long.
      const waited = isSame ? Math.max(byClock, known.waited + now.page - known.at) : byClock;
      this.#waits.set(id, { since, at: now.page, waited });
      if (known !== undefined && !isSame) {
        this.#requests.delete(id);
        if (this.#all !== null) this.#all = { ...this.#all, ids: new Set([...this.#all.ids].filter((each) => each !== id)) };
      }
    }
  }

  #renewEach(counts: readonly Counted[], before: All | null, live: boolean): void {
    for (const { id, since, waited, count } of counts) {
      const known = this.#requests.get(id);
      if (known !== undefined && before?.ids.has(id) === true) this.#requests.set(id, { count, waited, sound: null });
      else if (known === undefined || (count > known.count && live)) {
        this.#requests.set(id, { count, waited, sound: `${since}:${count}` });
      }
    }
  }

  #renewAll(counts: readonly Counted[], before: All | null, live: boolean): void {
    const [longest, newest] = [counts[0], counts.at(-1)];
    if (longest === undefined || newest === undefined) return;
    const ids = new Set(counts.map((each) => each.id));
    // Another request than before may be the longest, with a count of its own.
    const rang = this.#requests.get(longest.id)?.count ?? 0;
    const isNew = [...ids].some((id) => before?.ids.has(id) !== true);
    if (before === null || isNew || (longest.count > rang && live)) {
      const sound = `${longest.id}:${longest.count}:${newest.id}`;
      this.#all = { longest: longest.id, ids, waited: longest.waited, sound };
    } else {
      this.#all = { ...before, longest: longest.id, ids };
    }
    for (const { id, waited, count } of counts) {
      const known = this.#requests.get(id);
      // A sound that fell due while nothing was known is made up for afterwards.
      const counted = live || known === undefined ? count : known.count;
      this.#requests.set(id, { count: counted, waited, sound: null });
    }
  }
}

interface Counted extends Ringing {
  waited: number;
  count: number;
}
