// Text from outside, made fit to be shown: what `protocol::display_text` is for the app, by the same rule, for the pages. Names,
// subjects and messages are other people's. Applied to each frame as it is read, so that no later code has to check. The
// tests of both implementations read one table: `crates/protocol/src/display_text/table.json`.

/** Longest text of each kind, in characters; kinds that are not listed have several lines, or are for programs. */
const CHARS: Record<string, number> = {
  name: 100,
  client_name: 100,
  to_name: 100,
  company: 100,
  organisation: 100,
  by: 100,
  subject: 200,
  reference: 40,
  phone: 40,
  message: 500,
};
/** Longest name of a file. */
const LONGEST_FILE_NAME = 255;
/** Longest text of several lines: the limit of a message, except for notes. */
const [LONGEST, LONGEST_NOTE] = [4000, 2000];
/** Begins a part whose direction is its own (FSI), and ends it (PDI). */
const [ISOLATE, END_ISOLATE] = ["\u2068", "\u2069"];

const PLAIN = /^[\x20-\x7e]*$/;
const UNSEEN =
  /[\p{Cc}\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff0-\ufffb\ufffe\uffff\u{e0000}-\u{e0fff}]/gu;
const MARKS =
  /((?:[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f][\u200c\u200d]*){4})[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f][\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe00-\ufe0f\ufe20-\ufe2f\u200c\u200d]*/gu;
const FROM_RIGHT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

/** One line of at most `chars` characters, without controls, and with a direction of its own where that differs. */
export function line(text: string, chars: number): string {
  if (PLAIN.test(text) && text.length <= chars) return text;
  return isolated(cut(clean(text.replace(/\r\n|\p{White_Space}/gu, " ")), chars));
}

/** The same for a text on its own: its line breaks stay. */
export function lines(text: string, chars: number): string {
  if (PLAIN.test(text) && text.length <= chars) return text;
  const breaks = text.replace(/\r\n|[\r\u2028\u2029]/gu, "\n").replace(/(?!\n)\p{White_Space}/gu, " ");
  return cut(breaks.split("\n").map(clean).join("\n"), chars);
}

/** A part of a line that was isolated, isolated by itself. */
export function isolated(text: string): string {
  const plain = bare(text);
  return FROM_RIGHT.test(plain) ? ISOLATE + plain + END_ISOLATE : plain;
}

/** A line without the isolation, as somebody wrote it. */
export const bare = (text: string): string => text.replaceAll(ISOLATE, "").replaceAll(END_ISOLATE, "");

/** For `JSON.parse`: makes the texts of a frame fit to be shown. */
export function cleanValue(this: unknown, key: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  const isFileName = key === "name" && typeof this === "object" && this !== null && "bytes" in this;
  const chars = isFileName ? LONGEST_FILE_NAME : CHARS[key];
  return chars === undefined ? lines(value, key === "note" ? LONGEST_NOTE : LONGEST) : line(value, chars);
}

function clean(text: string): string {
  return text.replace(UNSEEN, "").replace(MARKS, "$1");
}

function cut(text: string, chars: number): string {
  if (text.length <= chars) return text;
  const all = [...text.slice(0, 2 * chars + 2)];
  return all.length <= chars ? all.join("") : all.slice(0, Math.max(chars - 1, 0)).join("") + "…";
}
