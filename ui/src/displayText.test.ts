// The rule for text from outside, tested with the table that the app's tests also read, so that the two implementations of
// the rule cannot drift apart.

import { expect, it } from "vitest";
import table from "../../crates/protocol/src/display_text/table.json";
import { isolated, line, lines, cleanValue } from "./displayText";
import { first } from "./words";

/** Most marks on one letter. */
const MARKS_IN_A_ROW = 4;
/** Longer than any limit, with something in it that is removed. */
const HOSTILE = "a\u202e\nb" + "x".repeat(5_000);

it.each(table.examples)("$rule", (example) => {
  expect(line(example.text, example.chars)).toBe(example.line);
  expect(lines(example.text, example.chars)).toBe(example.lines);
});

it("counts every character as what the table says", () => {
  const members = (ranges: string[]) => {
    const all = new Uint8Array(0x110000);
    for (const range of ranges) {
      const [from, to = from] = range.split("-").map((hex) => parseInt(hex, 16)) as [number, number?];
      all.fill(1, from, to + 1);
    }
    return all;
  };
  const { space, break: breaks, unseen, mark, from_right } = table.characters;
  const [spaces, breaking, hidden, marks, turned] = [space, breaks, unseen, mark, from_right].map(members) as [
    Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array,
  ];
  const wrong: string[] = [];
  for (let code = 0; code < 0x110000; code++) {
    // Half a surrogate pair is not a character, and the app never sees one.
    if (code >= 0xd800 && code <= 0xdfff) continue;
    const c = String.fromCodePoint(code);
    const shown = (blank: string) => {
      if (hidden[code]) return "";
      if (marks[code]) return c.repeat(MARKS_IN_A_ROW);
      return (spaces[code] ? blank : c).repeat(5);
    };
    const five = `a${c.repeat(5)}b`;
    const one = `a${shown(" ")}b`;
    const isRight = line(five, 9) === (turned[code] ? `\u2068${one}\u2069` : one);
    if (!isRight || lines(five, 9) !== `a${shown(breaking[code] ? "\n" : " ")}b`) wrong.push(code.toString(16));
  }
  expect(wrong).toEqual([]);
}, 60_000);

it.each(table.frames)("gives every text of a frame the limit that the table says: $type", (frame) => {
  const put = (other: (text: string) => string) => (_: string, value: unknown) =>
    typeof value === "string" && /^lines? \d+$/.test(value) ? other(value) : value;
  const said = JSON.stringify(frame, put(() => HOSTILE));
  const expected = JSON.stringify(
    frame,
    put((text) => {
      const [form, chars] = text.split(" ") as [string, string];
      return form === "line" ? line(HOSTILE, Number(chars)) : lines(HOSTILE, Number(chars));
    }),
  );
  expect(JSON.parse(said, cleanValue)).toEqual(JSON.parse(expected));
});

it("isolates a part of an isolated name by itself, and once", () => {
  expect(first(line("שרה לוי", 100))).toBe("\u2068שרה\u2069");
  expect(isolated(isolated("שרה"))).toBe("\u2068שרה\u2069");
});

it("leaves what is not text in a frame as it is", () => {
  expect(JSON.parse('{"rev":7,"first":true,"by":null}', cleanValue)).toEqual({ rev: 7, first: true, by: null });
});
