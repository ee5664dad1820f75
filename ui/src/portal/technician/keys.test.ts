// Keys without a modifier.

import { expect, it } from "vitest";
import { Keys, chord, SECOND_KEY_MS, type Action } from "./keys";

function pressed(keys: string[], more: { isChord?: boolean; isTaken?: boolean; apart?: number } = {}): (Action | null)[] {
  const reader = new Keys();
  const { isChord = false, isTaken = false, apart = 100 } = more;
  return keys.map((key, at) => reader.press({ key, isChord, isTaken }, at * apart));
}

it("moves, joins, and asks for help", () => {
  expect(pressed(["j", "k", "a", "?"])).toEqual([
    { is: "move", by: 1 },
    { is: "move", by: -1 },
    { is: "join" },
    { is: "help" },
  ]);
});

it("does nothing while one writes, and nothing with Ctrl", () => {
  const all = ["j", "a", "x", "e", "g", "w", "/", "?"];
  expect(pressed(all, { isTaken: true }).every((each) => each === null)).toBe(true);
  expect(pressed(all, { isChord: true }).every((each) => each === null)).toBe(true);
});

it("goes to a list by two keys, which must follow each other soon", () => {
  expect(pressed(["g", "w"]).at(-1)).toEqual({ is: "list", list: "waiting" });
  expect(pressed(["g", "m"]).at(-1)).toEqual({ is: "list", list: "mine" });
  expect(pressed(["g", "h"]).at(-1)).toEqual({ is: "list", list: "history" });
  expect(pressed(["g", "Shift", "M"]).at(-1)).toEqual({ is: "list", list: "missed" });
  expect(pressed(["g", "w"], { apart: SECOND_KEY_MS }).at(-1)).toBe(null);
  // A key that leads nowhere does nothing else either.
  expect(pressed(["g", "x", "x"])).toEqual([null, null, { is: "dismiss" }]);
});

it("takes Ctrl with a key, and F6, wherever one is", () => {
  const held = { ctrlKey: false, metaKey: false, altKey: false, shiftKey: false };
  expect(chord({ ...held, key: "k", ctrlKey: true })).toEqual({ is: "palette" });
  expect(chord({ ...held, key: "K", metaKey: true })).toEqual({ is: "palette" });
  expect(chord({ ...held, key: ".", ctrlKey: true })).toEqual({ is: "preference" });
  expect(chord({ ...held, key: "F6" })).toEqual({ is: "pane", by: 1 });
  expect(chord({ ...held, key: "F6", shiftKey: true })).toEqual({ is: "pane", by: -1 });
  // AltGr is Ctrl with Alt.
  for (const other of [{ key: "k" }, { key: "k", ctrlKey: true, altKey: true }, { key: "k", ctrlKey: true, shiftKey: true }]) {
    expect(chord({ ...held, ...other })).toBe(null);
  }
});
