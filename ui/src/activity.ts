// What a portal page sees of its user: interaction with its own window, and nothing else (P3). Input goes in, the
// wire's `Activity` comes out; only its age leaves the page, never what the input was (P13). Knows no connection.

import type { Activity } from "./wire";

/** The activity of this page. A new one is idle: no device is ever assumed active (P11). Times in milliseconds. */
export class Device {
  #idleAfter: number;
  #lastInput: number;
  #hadInput = false;

  constructor(idleAfter: number, now: number) {
    this.#idleAfter = idleAfter;
    this.#lastInput = now;
  }

  /** There was input at `now` (P5). */
  input(now: number): void {
    this.#hadInput = true;
    this.#lastInput = now;
  }

  /** Takes the organisation's threshold, which counts at once (P2). */
  setIdleAfter(idleAfter: number): void {
    this.#idleAfter = idleAfter;
  }

  /** What this page would report at `now`. */
  activity(now: number): Activity {
    // A clock that was set back must not make an age negative.
    const idleFor = Math.max(0, now - this.#lastInput);
    if (this.#hadInput && idleFor < this.#idleAfter) return "active";
    return { idle: { reason: "idle", idle_for_ms: Math.round(idleFor) } };
  }

  /** When the activity changes without input, or null. */
  nextTimeout(now: number): number | null {
    return this.activity(now) === "active" ? this.#lastInput + this.#idleAfter : null;
  }
}

/** What reports the activity of a page, and says when it changes. */
export interface Source {
  /** What the page sees now. */
  current(): Activity;
  /** Takes the organisation's threshold, in milliseconds. */
  setIdleAfter(ms: number): void;
}

/** The threshold until the service has told its own (P2), in milliseconds. */
const IDLE_AFTER_MS = 5 * 60_000;

/** Watches this window's input. `changed` is called when it goes from idle to active or back. */
export function watchInput(target: Window, changed: () => void): Source {
  const device = new Device(IDLE_AFTER_MS, Date.now());
  let reported: "active" | "idle" = "idle";
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = (): void => {
    const now = Date.now();
    const is = device.activity(now) === "active" ? "active" : "idle";
    clearTimeout(timer);
    const next = device.nextTimeout(now);
    if (next !== null) timer = setTimeout(look, next - now);
    if (is === reported) return;
    reported = is;
    changed();
  };

  const input = (event: Event): void => {
    if (!event.isTrusted || (event instanceof PointerEvent && isNoMove(event))) return;
    device.input(Date.now());
    // While active the timer finds the newer input by itself; a pointer moves too often to start one each time.
    if (reported === "idle") look();
  };
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "touchmove"]) {
    target.addEventListener(kind, input, { capture: true, passive: true });
  }

  return {
    current: () => device.activity(Date.now()),
    setIdleAfter: (ms) => {
      device.setIdleAfter(ms);
      look();
    },
  };
}

let pointer: { x: number; y: number } | null = null;

/** Browsers report a move of a resting pointer when the page beneath it changes: nobody touched anything then. */
function isNoMove(event: PointerEvent): boolean {
  const before = pointer;
  pointer = { x: event.screenX, y: event.screenY };
  if (event.type !== "pointermove" || event.movementX !== 0 || event.movementY !== 0) return false;
  return before === null || (before.x === event.screenX && before.y === event.screenY);
}

/** The page inside the app's window is no device: the agent beside it measures, so this always says idle. */
export function noDevice(): Source {
  const since = Date.now();
  return {
    current: () => ({ idle: { reason: "idle", idle_for_ms: Math.max(0, Date.now() - since) } }),
    setIdleAfter: () => {},
  };
}
