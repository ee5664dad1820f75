// The rule for text from outside, by examples.

import { expect, it } from "vitest";
import { isolated, line, lines, showable } from "./showable";
import { first } from "./words";

it("leaves what people write as it is", () => {
  for (const text of ["Dana Reyes", "Zoë O’Brien-Łukasz 山田 👩‍💻", "<b>R&amp;D</b>", ""]) {
    expect(line(text, 100)).toBe(text);
    expect(lines(text, 100)).toBe(text);
  }
});

it("takes out controls, breaks and whatever turns its surroundings", () => {
  expect(line("gpj\u202eexe\u2066.\u200f\u061c", 100)).toBe("gpjexe.");
  expect(line("a\u001b[2J\u0007b\u009b31m\r\nc\td", 100)).toBe("a[2Jb31m  c d");
  expect(line("in\u200bvis\ufeffi\u00adble", 100)).toBe("invisible");
  expect(lines("one\ntwo\u2028three\u202e\u001b[1m", 100)).toBe("one\ntwo\nthree[1m");
  expect(line("Z" + "\u030d\u200b".repeat(500) + "o", 100)).toBe("Z" + "\u030d".repeat(4) + "o");
});

it("cuts what is too long and says so", () => {
  expect(line("abcdefg", 6)).toBe("abcde…");
  expect([...line("👩".repeat(60_000), 100)]).toHaveLength(100);
});

it("lets what runs from right to left keep to itself, in parts too", () => {
  expect(line("שרה לוי", 100)).toBe("\u2068שרה לוי\u2069");
  expect(first(line("שרה לוי", 100))).toBe("\u2068שרה\u2069");
  expect(isolated(isolated("שרה"))).toBe("\u2068שרה\u2069");
});

it("is applied to a frame by what its parts are", () => {
  const text = JSON.stringify({ client_name: "x\u202e".repeat(60_000), text: "a\nb", rev: 7, id: "0-0" });
  const frame = JSON.parse(text, showable) as Record<string, unknown>;
  expect(frame).toEqual({ client_name: "x".repeat(99) + "…", text: "a\nb", rev: 7, id: "0-0" });
});
