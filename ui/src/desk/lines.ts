// The view's facts as lines of text for the status window. Pure.

import { clockSeconds, when } from "../time";
import type { Device, State, View } from "../wire";
import { desk as words, sentence, threshold } from "../deskWords";

/** Which bell is shown at the top: the state, or `cut` if the connection is lost. */
export function bell(view: View): State | "cut" {
  if (view.account.is === "signed_out") return "offline";
  return view.connection.is === "down" ? "cut" : view.shown.state;
}

/** The second line at the top. The seconds to the next attempt are counted down here; the agent's own text does not change. */
export function detail(view: View, now: number): string | undefined {
  const { connection } = view;
  const isRetried = connection.is === "down" && !isWithoutAgent(view);
  return isRetried ? words.othersMaySee(connection.retry_at, now) : view.detail;
}

/** Without the agent, the time of the next attempt is not known. */
function isWithoutAgent({ connection }: View): boolean {
  return connection.is === "down" && connection.retry_at === 0;
}

/** A fact and its explanation. */
export interface Fact {
  what: string;
  why: string;
}

const fact = (what: string, why = ""): Fact => ({ what, why });

/** The connection, with its time, or why it is down. */
export function connection(view: View): Fact {
  const address = view.account.is === "signed_in" ? view.account.address : "";
  switch (view.connection.is) {
    case "off":
      return fact(words.off);
    case "connecting":
      return fact(words.connecting(address));
    case "up":
      return fact(words.roundTrip(address, view.connection.round_trip_ms));
    case "down":
      return isWithoutAgent(view)
        ? fact(sentence(view.connection.why))
        : fact(words.noConnection(address), sentence(view.connection.why));
  }
}

/** A device in a few words: `This computer, active`, `Laptop, locked 09:12`. */
export function device(is: Device, now: number): string {
  const text = words.device(is.this ? words.thisComputer : is.name, is.activity, when(is.since, now));
  return is.connected ? text : words.lost(text);
}

/** Which source sees the user, why it was chosen, and when it counts them as away. */
export function seenBy(view: View): Fact {
  const { source, why, idle_after_ms } = view.here;
  return fact(source ?? words.nothingSees, `${sentence(why)} ${threshold(idle_after_ms)}`.trim());
}

/** The last input, or since when the computer is in use: of input that follows other input nothing is told. */
export function input({ here }: View): { name: string; at: string } {
  return here.activity === "active"
    ? { name: words.inUseSince, at: clockSeconds(here.since) }
    : { name: words.lastInput, at: clockSeconds(here.last_input) };
}

/** The last reports, word for word (P13). */
export function reports(view: View): { key: string; at: string; text: string }[] {
  return view.reports.map(({ at, text }) => ({ key: `${at} ${text}`, at: clockSeconds(at), text }));
}
