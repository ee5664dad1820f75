// The number on the tab.

import { expect, it } from "vitest";
import { withCount } from "./favicon";

it("shows the number, and from ten on that there are more than nine", () => {
  const drawn = [1, 9, 10, 200].map((count) => {
    const svg = decodeURIComponent(withCount(count).replace("data:image/svg+xml,", ""));
    expect(svg).toMatch(/^<svg.*<\/svg>$/s);
    return />([^<]*)<\/text>/.exec(svg)?.[1];
  });
  expect(drawn).toEqual(["1", "9", "9+", "9+"]);
});
