// Times as people read them, in the zone of this machine. Knows no clock: each function is told what it needs.

const two = (number: number): string => String(number).padStart(2, "0");

/** How long something lasts: `0:12`, `1:20`, from an hour on `1:00:12`. Milliseconds in. */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** The time of day: `10:42`. */
export function clock(at: number): string {
  const date = new Date(at);
  return `${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** The time of day with seconds: `10:47:12`. */
export function clockSeconds(at: number): string {
  return `${clock(at)}:${two(new Date(at).getSeconds())}`;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"] as const;

/** The day, as seen from `now`: `Today`, `Yesterday`, `12 Nov`, `12 Nov 2024`. */
export function day(at: number, now: number): string {
  const [date, today] = [new Date(at), new Date(now)];
  const yesterday = new Date(today.getFullYear(), today.getMonth(), today.getDate() - 1);
  if (date.toDateString() === today.toDateString()) return "Today";
  if (date.toDateString() === yesterday.toDateString()) return "Yesterday";
  const short = `${date.getDate()} ${MONTHS[date.getMonth()]}`;
  return date.getFullYear() === today.getFullYear() ? short : `${short} ${date.getFullYear()}`;
}

/** The time of day, with the day where it is not today: `12:04`, `yesterday 12:04`, `tomorrow 13:00`, `12 Nov 12:04`. */
export function when(at: number, now: number): string {
  const on = day(at, now);
  const today = new Date(now);
  const tomorrow = new Date(today.getFullYear(), today.getMonth(), today.getDate() + 1);
  if (new Date(at).toDateString() === tomorrow.toDateString()) return `tomorrow ${clock(at)}`;
  if (on === "Today") return clock(at);
  return `${on === "Yesterday" ? "yesterday" : on} ${clock(at)}`;
}

/** Whole seconds until `at`, never below zero. */
export function secondsUntil(at: number, now: number): number {
  return Math.max(0, Math.ceil((at - now) / 1000));
}
