// The colours of `look.css` are legible in both themes: words at least 7 to 1 on what they stand on, hints 4.5 to 1, marks and borders with a
// meaning 3 to 1.

import { expect, it } from "vitest";
import css from "./look.css?raw";

const TOKEN = /--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)/g;
const tokens = [...css.matchAll(TOKEN)].map(([, name, light, dark]) => ({ name: name!, light: light!, dark: dark! }));

/** The relative luminance of WCAG 2. */
function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const part = parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const SURFACES = ["ground", "sheet", "raised", "sunk", "wash"];
/** What stands on what, by the least contrast. */
const PAIRS: [number, Record<string, readonly string[]>][] = [
  [
    7,
    {
      ink: SURFACES,
      soft: SURFACES,
      "accent-ink": SURFACES,
      "alarm-ink": [...SURFACES, "alarm-wash"],
      "on-accent": ["accent", "accent-press"],
    },
  ],
  [4.5, { hint: SURFACES }],
  [
    3,
    {
      online: SURFACES,
      away: SURFACES,
      offline: SURFACES,
      alarm: [...SURFACES, "alarm-wash"],
      edge: SURFACES,
      // The bar of what is selected, and the ring around what has the focus.
      accent: SURFACES,
    },
  ],
];

it.each(["light", "dark"] as const)("has legible colours in the %s theme", (theme) => {
  const of = new Map(tokens.map((each) => [each.name, each[theme]]));
  const poor: string[] = [];
  for (const [least, pairs] of PAIRS) {
    for (const [colour, grounds] of Object.entries(pairs)) {
      for (const ground of grounds) {
        const is = contrast(of.get(colour) ?? "", of.get(ground) ?? "");
        if (!(is >= least)) poor.push(`${colour} on ${ground}: ${is.toFixed(2)} of ${least}`);
      }
    }
  }
  expect(poor).toEqual([]);
});

it("tells the chosen half of a choice from the other by more than a shade", () => {
  const [, chosen = ""] = /\.seg button\[aria-pressed="true"\] \{([^}]*)\}/.exec(css) ?? [];
  expect(chosen).toContain("border-color: var(--accent)");
  expect(chosen).toContain("font-weight: 600");
});
