// When to try again after a lost connection: full jitter, so that a thousand pages do not come back at once. Pure.

/** The first wait is at most this long, in milliseconds: a short interruption is over sooner. */
export const BASE_MS = 500;
/** The longest wait within the first minute of an outage, in milliseconds: restarts take no longer. */
export const CAP_EARLY_MS = 10_000;
/** The longest wait after the first minute, in milliseconds: below the 45 s after which others see Offline (P10). */
export const CAP_LATE_MS = 30_000;
/** What counts as the beginning of an outage, in milliseconds. */
export const EARLY_MS = 60_000;
/** After a connection that lasted this long, in milliseconds, the next outage starts afresh. */
export const GOOD_MS = 60_000;

/** Works out the waits within each outage. */
export class Backoff {
  #tries = 0;
  #began: number | null = null;

  /** How long to wait after a connection ended at `now` that `lived` for so long, all in milliseconds. `random`: 0..1. */
  next(now: number, lived: number, random: number): number {
    if (lived >= GOOD_MS || this.#began === null) {
      this.#tries = 0;
      this.#began = now;
    }
    const cap = now - this.#began < EARLY_MS ? CAP_EARLY_MS : CAP_LATE_MS;
    const most = Math.min(cap, BASE_MS * 2 ** Math.min(this.#tries, 16));
    this.#tries += 1;
    return Math.round(most * random);
  }
}
