// What a portal page sees of its user: interaction with its own window, and nothing else (P3). Input goes in, the wire's
// `Activity` comes out; only the age of the input leaves the page, never what it was (P13). Knows no connection.

import type { Clock } from "./clock";
import type { Activity } from "./wire";

/** Input is heard so soon after it happened, in milliseconds, if the page runs; what is older waited while it stood still. */
const HEARD_WITHIN_MS = 1_000;
/** What waited while the page stood still is heard so soon after it goes on, in milliseconds, also on a slow machine. */
const WAITED_WITHIN_MS = 5_000;

/** The activity of this page. A new one is idle: no device is ever assumed active (P11). Times in milliseconds. */
export class Device {
  #idleAfter: number;
  #lastInput: number;
  /** The time from which input counts: input from before the page stood still says nothing about now. */
  #since: number;
  /** When the page last continued after it stood still, if it did. */
  #woke = Number.NEGATIVE_INFINITY;
  #hadInput = false;

  constructor(idleAfter: number, now: number) {
    this.#idleAfter = idleAfter;
    this.#lastInput = now;
    this.#since = now;
  }

  /** There was input at this time (P5). */
  input(at: number): void {
    if (at < this.#since) return;
    this.#hadInput = true;
    this.#lastInput = Math.max(at, this.#lastInput);
  }

  /** The page stood still until `now`, or the machine slept: waking is not activity, only input is (P4). */
  wake(now: number): void {
    this.#hadInput = false;
    this.#woke = now;
    this.#since = now - HEARD_WITHIN_MS;
  }

  /** Whether input that is heard at `now` may have waited while the page stood still. */
  mayHaveWaited(now: number): boolean {
    return now - this.#woke < WAITED_WITHIN_MS;
  }

  /** Sets the organisation's threshold, which applies at once (P2). */
  setIdleAfter(idleAfter: number): void {
    this.#idleAfter = idleAfter;
  }

  /** What this page would report at `now`. */
  activity(now: number): Activity {
    return this.nextTimeout(now) !== null ? "active" : this.idle(now);
  }

  /** The report at `now` if nobody is there. */
  idle(now: number): Activity {
    return { idle: { reason: "idle", idle_for_ms: Math.round(now - this.#lastInput) } };
  }

  /** When the activity changes without input, or null. */
  nextTimeout(now: number): number | null {
    const until = this.#lastInput + this.#idleAfter;
    return this.#hadInput && now < until ? until : null;
  }
}

/** What reports the activity of a page, and says when it changes. */
export interface Source {
  /** The current activity. */
  current(): Activity;
  /** Sets the organisation's threshold, in milliseconds. */
  setIdleAfter(ms: number): void;
  /** The page stood still until `now`, or the machine slept. */
  wake(now: number): void;
}

/** The threshold until the service sends the organisation's (P2), in milliseconds. */
const IDLE_AFTER_MS = 5 * 60_000;
/** How often an active page reads the clock, in milliseconds: within this time it notices that it stood still. */
const LOOK_MS = 5_000;
/** How often it looks while it is asked whether the machine slept, in milliseconds: an answer takes about as long. */
const UNCLEAR_LOOK_MS = 250;

/** Watches this window's input. `changed` is called when it goes from idle to active or back. */
export function watchInput(target: Window, clock: Clock, changed: () => void): Source {
  const device = new Device(IDLE_AFTER_MS, clock.now());
  let reported: "active" | "idle" = "idle";
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = (): void => {
    clearTimeout(timer);
    const now = clock.now();
    const next = device.nextTimeout(now);
    // It is known in a moment whether the machine slept or its clock was set; report no change before that.
    if (clock.isUnclear) {
      timer = setTimeout(look, UNCLEAR_LOOK_MS);
      return;
    }
    if (next !== null) timer = setTimeout(look, Math.min(next - now, LOOK_MS));
    const is = next !== null ? "active" : "idle";
    if (is === reported) return;
    reported = is;
    changed();
  };

  const input = (event: Event): void => {
    if (!event.isTrusted || (event instanceof PointerEvent && isNoMove(event))) return;
    // When an event happened matters only if it may have waited. Otherwise it is now: not every engine's stamps are to be
    // trusted, and one that stamps everything with the same or an old time would never be active.
    const now = clock.now();
    const usesStamp = event.timeStamp > 0 && device.mayHaveWaited(now);
    device.input(usesStamp ? clock.of(event.timeStamp) : now);
    // While active the timer finds the newer input by itself; a pointer moves too often to start one each time.
    if (reported === "idle") look();
  };
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "touchmove"]) {
    target.addEventListener(kind, input, { capture: true, passive: true });
  }

  return {
    current: () => {
      const now = clock.now();
      return clock.isUnclear ? device.idle(now) : device.activity(now);
    },
    setIdleAfter: (ms) => {
      device.setIdleAfter(ms);
      look();
    },
    wake: (now) => {
      device.wake(now);
      look();
    },
  };
}

let pointer: { x: number; y: number } | null = null;

/** Browsers report a move of a resting pointer when the page beneath it changes, although nobody touched anything. */
function isNoMove(event: PointerEvent): boolean {
  const before = pointer;
  pointer = { x: event.screenX, y: event.screenY };
  if (event.type !== "pointermove" || event.movementX !== 0 || event.movementY !== 0) return false;
  return before === null || (before.x === event.screenX && before.y === event.screenY);
}

/** The page inside the app's window is not a device: the agent beside it measures, so this always says idle. */
export function noDevice(clock: Clock): Source {
  const since = clock.now();
  return {
    current: () => ({ idle: { reason: "idle", idle_for_ms: Math.round(clock.now() - since) } }),
    setIdleAfter: () => {},
    wake: () => {},
  };
}
