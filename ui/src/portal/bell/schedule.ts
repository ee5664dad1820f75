// When a waiting request sounds (C3), in the service's numbers: `crates/chat/src/ring.rs` for the pages. Pure; spans in
// milliseconds.

import type { Schedule } from "../../wire";

/** From this wait on, in milliseconds, a request is late: it sounds louder, and its clock has the colour of alarm. */
export const LATE_MS = 60_000;

/** How often a request that has waited for `waited` has sounded: 1 when it appears. */
export function ringsAt(schedule: Schedule, waited: number): number {
  const { again_after_ms: again, pressing_until_ms: until } = schedule;
  if (waited < again) return 1;
  const pressing = Math.floor(Math.max(0, Math.min(waited, until) - again) / atLeast1(schedule.every_ms));
  const afterwards = Math.floor(Math.max(0, waited - until) / atLeast1(schedule.later_every_ms));
  return pressing + afterwards + 2;
}

/** After how long a wait the next sound after `waited` is due. */
export function nextAfter(schedule: Schedule, waited: number): number {
  const { again_after_ms: again, pressing_until_ms: until } = schedule;
  if (waited < again) return again;
  const step = after(again, waited, atLeast1(schedule.every_ms));
  return step <= until ? step : after(until, waited, atLeast1(schedule.later_every_ms));
}

/** The first of the times `begin`, `begin + every`, … after `begin` that is later than `waited`. */
function after(begin: number, waited: number, every: number): number {
  return begin + (Math.floor(Math.max(0, waited - begin) / every) + 1) * every;
}

/** A service that says 0 must not make the page ring without pause. */
const atLeast1 = (ms: number): number => Math.max(1, ms);
