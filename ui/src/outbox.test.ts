// Intents that were written but not answered survive a reload of the page.

import { expect, it } from "vitest";
import { Outbox, type Kept } from "./outbox";
import type { Shelf } from "./shelf";

function shelf(): Shelf {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}

const said = (id: string, person = "dana"): Kept => ({
  frame: { type: "chat.message", id, session: "s1", text: id },
  person,
  at: 5,
});

it("has after a reload, in order, what was not answered before it", () => {
  const on = shelf();
  const before = new Outbox(on);
  for (const id of ["a", "b", "c"]) before.put(said(id));
  before.put({ ...said("a"), at: 9 });
  before.drop("b");
  expect(new Outbox(on).of("dana")).toEqual([said("a"), said("c")]);
});

it("never hands one person's words to another", () => {
  const on = shelf();
  new Outbox(on).put(said("a", "omar"));
  expect(new Outbox(on).of("dana")).toEqual([]);
  expect(new Outbox(on).of("omar")).toEqual([]);
});

it("works on where nothing can be stored", () => {
  const broken: Shelf = {
    getItem: () => "{not json",
    setItem: () => {
      throw new Error("full");
    },
    removeItem: () => {},
  };
  const outbox = new Outbox(broken);
  outbox.put(said("a"));
  expect(outbox.of("dana")).toEqual([]);
});
