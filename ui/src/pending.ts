// Intents that are not answered yet: kept across a lost connection and repeated under the same id, which is harmless
// (the service answers a repeat as it answered the first). Knows no socket; sends through a function that it is given.

import type { Down, PreferenceChange, Up } from "./wire";

/** A frame that is answered by its id. */
export type Intent = Extract<Up, { id: string }>;
/** How an intent ended; `lost` if it is of a kind that is not repeated, or if there were too many. */
export type Answered = Extract<Down, { type: "ok" | "error" }> | { type: "lost" };

/** Most intents kept at once: more than a person can want in an outage, less than the service's burst of frames. */
export const PENDING_MAX = 40;
/** How long to wait before a repeat if the service does not say, in milliseconds. */
export const REPEAT_MS = 1_000;
/** Longest wait before a repeat, whatever the service says, in milliseconds: the timers of browsers run out at once above 24 days. */
export const REPEAT_MAX_MS = 60_000;

interface Kept {
  frame: Intent;
  made: number;
  sent: boolean;
  done: (answer: Answered) => void;
}

/** The intents without an answer, in the order in which they were made. */
export class Pending {
  #kept = new Map<string, Kept>();
  /** Returns whether there was a connection to send it over. */
  #send: (frame: Intent) => boolean;

  /** The time by a clock that counts sleep and that nobody sets, in milliseconds. */
  #now: () => number;

  constructor(now: () => number, send: (frame: Intent) => boolean) {
    this.#now = now;
    this.#send = send;
  }

  /** Keeps and sends an intent that is made now. */
  add(frame: Intent): Promise<Answered> {
    if (this.#kept.size >= PENDING_MAX) return Promise.resolve({ type: "lost" });
    return new Promise((done) => {
      this.#kept.set(frame.id, { frame, made: this.#now(), sent: false, done });
      this.#flush();
    });
  }

  /** A connection is up: kept intents are sent again. */
  connected(): void {
    this.#flush();
  }

  /** The connection is gone: intents that their owner restates are given up, and the rest wait. */
  disconnected(): void {
    for (const [id, kept] of this.#kept) {
      kept.sent = false;
      if (isRestated(kept.frame)) {
        this.#kept.delete(id);
        kept.done({ type: "lost" });
      }
    }
  }

  /** An answer has arrived. */
  answered(answer: Extract<Down, { type: "ok" | "error" }>): void {
    const kept = answer.re === undefined ? undefined : this.#kept.get(answer.re);
    if (kept === undefined) return;
    if (answer.type === "error" && (answer.code === "busy" || answer.code === "rate_limited")) {
      setTimeout(() => {
        kept.sent = false;
        this.#flush();
      }, Math.min(answer.retry_after_ms ?? REPEAT_MS, REPEAT_MAX_MS));
      return;
    }
    this.#kept.delete(kept.frame.id);
    kept.done(answer);
    this.#flush();
  }

  #flush(): void {
    const now = this.#now();
    const busy = new Set<string>();
    for (const kept of this.#kept.values()) {
      const lane = laneOf(kept.frame);
      if (lane !== null && busy.has(lane)) continue;
      if (lane !== null) busy.add(lane);
      if (!kept.sent) kept.sent = this.#send(asOf(kept, now));
    }
  }
}

/** Only one unanswered message in each chat, so that a repeat after a loss can never change their order (C8). */
function laneOf(frame: Intent): string | null {
  return frame.type === "chat.message" ? frame.session : null;
}

/**
 * Of two settings the one that was made later wins, whichever arrives first, so the age is updated each time. A setting
 * for a limited time has that much less left (P7).
 */
function asOf({ frame, made }: Kept, now: number): Intent {
  if (frame.type !== "prefer") return frame;
  const kept = Math.max(0, Math.round(now - made));
  return { ...frame, set_ago_ms: frame.set_ago_ms + kept, preference: shorter(frame.preference, kept) };
}

function shorter(preference: PreferenceChange, by: number): PreferenceChange {
  if (preference === "automatic" || preference.away.for_ms === undefined) return preference;
  return { away: { ...preference.away, for_ms: Math.max(0, preference.away.for_ms - by) } };
}

/** Intents that each connection restates, or that nobody may want any more when there is one again. */
function isRestated(frame: Intent): boolean {
  return ["activity", "chat.open", "chat.notes", "chat.more", "reply.list", "device.list", "device.sign_out"].includes(frame.type);
}
