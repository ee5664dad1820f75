// A long list costs what is in sight.

import { expect, it } from "vitest";
import { BEYOND, tops, visible } from "./visible";

const HEIGHTS = Array.from({ length: 5_000 }, (_, at) => (at % 10 === 0 ? 32 : 40));

it("shows exactly what lies in the view, and some lines beyond", () => {
  const all = tops(HEIGHTS);
  for (const scrolled of [0, 1, 31, 32, 77_777, all.at(-1)! - 600]) {
    const { from, to } = visible(all, scrolled, 600);
    const inView = HEIGHTS.map((_, at) => at).filter((at) => all[at + 1]! > scrolled && all[at]! <= scrolled + 600);
    expect(from).toBe(Math.max(0, inView[0]! - BEYOND));
    expect(to).toBe(Math.min(HEIGHTS.length, inView.at(-1)! + 1 + BEYOND));
  }
});

it("shows the first lines where the view has no height yet, and nothing of an empty list", () => {
  expect(visible(tops(HEIGHTS), 0, 0)).toEqual({ from: 0, to: 1 + BEYOND });
  expect(visible(tops([]), 0, 600)).toEqual({ from: 0, to: 0 });
});

it("shows the end of a list that has become shorter than the view was scrolled", () => {
  expect(visible(tops([40, 40]), 9_999, 600)).toEqual({ from: 0, to: 2 });
});
