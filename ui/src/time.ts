// Times as people read them, in the zone of this machine and the reader's locale. Knows no clock: each function is told what it needs.

import { locale, say } from "./catalogue";

const DIGITS = new Intl.NumberFormat(locale, { useGrouping: false });
const TWO_DIGITS = new Intl.NumberFormat(locale, { minimumIntegerDigits: 2 });
const CLOCK = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const CLOCK_SECONDS = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
const DAY = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short" });
const DAY_OF_YEAR = new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", year: "numeric" });

/** How long something lasts: `0:12`, `1:20`, from an hour on `1:00:12`. Milliseconds in. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const first = DIGITS.format(h > 0 ? h : m);
  return (h > 0 ? [first, TWO_DIGITS.format(m), TWO_DIGITS.format(s)] : [first, TWO_DIGITS.format(s)]).join(":");
}

/** The time of day: `10:42`, or `10:42 AM` where people read that. */
export const clock = (at: number): string => CLOCK.format(at);

/** The time of day with seconds: `10:47:12`. */
export const clockSeconds = (at: number): string => CLOCK_SECONDS.format(at);

/** How many days `at` is after `now`, in this zone: a day begins at midnight, however long it is. */
function daysAfter(at: number, now: number): number {
  const [date, today] = [new Date(at), new Date(now)];
  const utc = (is: Date): number => Date.UTC(is.getFullYear(), is.getMonth(), is.getDate());
  return (utc(date) - utc(today)) / 86_400_000;
}

/** Day and month, and the year if it is not this one: `12 Nov`, `12 Nov 2024`. */
function date(at: number, now: number): string {
  return (new Date(at).getFullYear() === new Date(now).getFullYear() ? DAY : DAY_OF_YEAR).format(at);
}

/** The day, as seen from `now`: `Today`, `Yesterday`, `12 Nov`, `12 Nov 2024`. */
export function day(at: number, now: number): string {
  switch (daysAfter(at, now)) {
    case 0:
      return say("day-today");
    case -1:
      return say("day-yesterday");
    default:
      return date(at, now);
  }
}

/** The time of day, with the day where it is not today: `12:04`, `yesterday 12:04`, `tomorrow 13:00`, `12 Nov 12:04`. */
export function when(at: number, now: number): string {
  const time = clock(at);
  switch (daysAfter(at, now)) {
    case 0:
      return time;
    case -1:
      return say("time-yesterday", { time });
    case 1:
      return say("time-tomorrow", { time });
    default:
      return say("time-on", { day: date(at, now), time });
  }
}

/** Whole seconds until `at`, never below zero. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 1000));
}
