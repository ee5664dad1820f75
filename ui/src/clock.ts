// The page's clock for durations: ages, waits, silence. It never goes back and ignores changes to the machine's clock.
// Knows no page and no connection; it is told the service's time.
//
// No clock of a browser reliably counts sleep. performance.now() never jumps, but stops in some browsers while the machine
// sleeps; Date.now() keeps running during sleep, but jumps when the clock is set. So this clock reads both each time:
// - performance.now() has gone on for long since the last look: the page stood still, or the machine slept.
// - Date.now() has run ahead of it: the machine slept, or the clock was set. Which of the two, only the service's time can
//   tell: it has gone on by as much, or not. Until it is known the page takes nobody for active, and without an answer it
//   was a sleep: somebody who is there moves the mouse.
// - Date.now() has fallen behind it: the clock was set back, which means nothing here.

/**
 * Looks so far apart, in milliseconds, that the page did not run in between. While a page is connected, the service's
 * beats make it look every 15 s, also in a hidden tab, whose timers browsers slow down to one a minute.
 */
export const GAP_MS = 30_000;
/** Date.now() has jumped if it is this far ahead, in milliseconds: reading one clock after the other takes less. */
export const JUMP_MS = 2_000;

/** The two clocks of a browser, in milliseconds. */
export interface Readings {
  monotonic(): number;
  wall(): number;
}

const BROWSER: Readings = { monotonic: () => performance.now(), wall: () => Date.now() };

/** A clock for durations. */
export class Clock {
  /** The page did not run for a while, or the machine slept: nothing from before can be trusted. */
  onGap: () => void = () => {};
  /** The machine slept or its clock was set: the service's time is needed, see {@link settle}. */
  onJump: () => void = () => {};

  #read: Readings;
  #last: { monotonic: number; wall: number };
  /** Sleep that performance.now() has not counted. */
  #slept = 0;
  /** By how much Date.now() has run ahead since it was last known why. */
  #ahead = 0;
  /** The service's time, and when it was read. */
  #service: { time: number; at: number } | null = null;

  constructor(read: Readings = BROWSER) {
    this.#read = read;
    this.#last = { monotonic: read.monotonic(), wall: read.wall() };
  }

  /** The time now, in milliseconds from a zero of its own. Looks at both clocks. */
  now(): number {
    const now = { monotonic: this.#read.monotonic(), wall: this.#read.wall() };
    const passed = now.monotonic - this.#last.monotonic;
    const ahead = now.wall - this.#last.wall - passed;
    this.#last = now;
    if (passed >= GAP_MS) this.onGap();
    if (ahead >= JUMP_MS) {
      this.#ahead += ahead;
      this.onJump();
    } else if (ahead <= -JUMP_MS) {
      // A jump that is reversed does not count.
      this.#ahead = Math.max(0, this.#ahead + ahead);
    }
    return this.#time();
  }

  /** When an event happened, by this clock: `at` is what the browser stamped it with. */
  of(at: number): number {
    return Math.min(this.now(), at + this.#slept);
  }

  /** Whether the machine may have slept, and that is not known yet. */
  get isUnclear(): boolean {
    return this.#ahead > 0;
  }

  /** Takes the service's time, which tells a sleep from a clock that was set; null if it cannot be had. */
  settle(service: number | null): void {
    const ahead = this.#ahead;
    this.#ahead = 0;
    if (ahead > 0 && this.#hasSlept(ahead, service)) {
      this.#slept += ahead;
      this.onGap();
    }
    if (service !== null) this.#service = { time: service, at: this.#time() };
  }

  #hasSlept(ahead: number, service: number | null): boolean {
    if (service === null || this.#service === null) return true;
    const unseen = service - this.#service.time - (this.#time() - this.#service.at);
    return unseen > ahead / 2;
  }

  #time(): number {
    return this.#last.monotonic + this.#slept;
  }
}
