// Intents that are not answered yet: kept over a lost connection and repeated under the same id, which is harmless
// (the service answers a repeat as it answered the first). Knows no socket; sends through what it was given.

import type { Down, Up } from "./wire";

/** A frame that is answered by its id. */
export type Intent = Extract<Up, { id: string }>;
/** How an intent ended; `lost` if it was one that is not repeated, or there were too many. */
export type Answered = Extract<Down, { type: "ok" | "error" }> | { type: "lost" };

/** Most intents kept at once: more than a person can want in an outage, less than the service's burst of frames. */
export const PENDING_MAX = 40;
/** How long to wait before a repeat where the service does not say, in milliseconds. */
export const REPEAT_MS = 1_000;

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

  constructor(send: (frame: Intent) => boolean) {
    this.#send = send;
  }

  /** Keeps and sends an intent made at `now`. */
  add(frame: Intent, now: number): Promise<Answered> {
    if (this.#kept.size >= PENDING_MAX) return Promise.resolve({ type: "lost" });
    return new Promise((done) => {
      this.#kept.set(frame.id, { frame, made: now, sent: false, done });
      this.#flush(now);
    });
  }

  /** A connection is up: what was kept goes out again. */
  connected(now: number): void {
    this.#flush(now);
  }

  /** The connection is gone: what its owner restates by itself is given up, the rest waits. */
  disconnected(): void {
    for (const [id, kept] of this.#kept) {
      kept.sent = false;
      if (isRestated(kept.frame)) {
        this.#kept.delete(id);
        kept.done({ type: "lost" });
      }
    }
  }

  /** An answer has come. */
  answered(answer: Extract<Down, { type: "ok" | "error" }>): void {
    const kept = answer.re === undefined ? undefined : this.#kept.get(answer.re);
    if (kept === undefined) return;
    if (answer.type === "error" && (answer.code === "busy" || answer.code === "rate_limited")) {
      setTimeout(() => {
        kept.sent = false;
        this.#flush(Date.now());
      }, answer.retry_after_ms ?? REPEAT_MS);
      return;
    }
    this.#kept.delete(kept.frame.id);
    kept.done(answer);
    this.#flush(Date.now());
  }

  #flush(now: number): void {
    const busy = new Set<string>();
    for (const kept of this.#kept.values()) {
      const lane = laneOf(kept.frame);
      if (lane !== null && busy.has(lane)) continue;
      if (lane !== null) busy.add(lane);
      if (!kept.sent) kept.sent = this.#send(asOf(kept, now));
    }
  }
}

/** One unanswered message a chat: a repeat after a loss can then never change their order (C8). */
function laneOf(frame: Intent): string | null {
  return frame.type === "chat.message" ? frame.session : null;
}

/** Of two settings the later one wins, however late it arrives: its age is told anew each time (P7). */
function asOf({ frame, made }: Kept, now: number): Intent {
  return frame.type === "prefer" ? { ...frame, set_ago_ms: Math.max(0, now - made) } : frame;
}

/** What each connection states anew, so that a repeat would be old news. */
function isRestated(frame: Intent): boolean {
  return frame.type === "activity" || frame.type === "chat.open" || frame.type === "device.list";
}
