// The view's facts as lines of words: what stands in the status window. Pure.

import { clockSeconds, when } from "../time";
import type { Activity, Device, State, View } from "../wire";
import { desk as words, threshold } from "../words";

/** Which bell stands at the top: the state, or `cut` where the connection is lost. */
export function bell(view: View): State | "cut" {
  if (view.account.is === "signed_out") return "offline";
  return view.connection.is === "down" ? "cut" : view.shown.state;
}

/** The connection, with its time or its next try. */
export function connection(view: View, now: number): string {
  const address = view.account.is === "signed_in" ? view.account.address : "";
  switch (view.connection.is) {
    case "off":
      return words.off;
    case "connecting":
      return address === "" ? words.connecting : `${address}. ${words.connecting}`;
    case "up":
      return words.roundTrip(address, view.connection.round_trip_ms);
    case "down":
      return words.retry(view.connection.why, view.connection.retry_at, now);
  }
}

/** A device in a few words: `This computer, active`, `Laptop, locked 09:12`. */
export function device(is: Device, now: number): string {
  const name = is.this ? words.thisComputer : is.name;
  const lost = is.connected ? "" : `, ${words.lost}`;
  return `${name}, ${activity(is.activity, is.since, now)}${lost}`;
}

function activity(is: Activity, since: number, now: number): string {
  return is === "active" ? words.active : `${words.idle[is.idle.reason]} ${when(since, now)}`;
}

/** What sees the user, why that, and when it takes them for away. */
export function seenBy(view: View): { what: string; why: string } {
  const { source, why, idle_after_ms } = view.here;
  return { what: source ?? words.nothingSees, why: `${why} ${threshold(idle_after_ms)}`.trim() };
}

/** The last reports, word for word (P13). */
export function reports(view: View): string {
  return view.reports.map(({ at, text }) => `${clockSeconds(at)}  ${text}`).join("\n");
}
