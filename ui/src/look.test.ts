// The colours of `look.css` are legible in both themes: text at least 4.5 to 1 on what it stands on, marks 3 to 1.

import { expect, it } from "vitest";
import css from "./look.css?raw";

const [light = "", dark = ""] = css.split("prefers-color-scheme: dark");

function tokens(text: string): Map<string, string> {
  const end = text.indexOf("--shadow") < 0 ? text.indexOf("}") : text.indexOf("--shadow");
  return new Map([...text.slice(0, end).matchAll(/--([\w-]+): (#[0-9a-f]{6})/g)].map((all) => [all[1]!, all[2]!]));
}

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

const TEXT: Record<string, readonly string[]> = {
  ink: ["ground", "sheet", "sunk", "accent-wash"],
  soft: ["ground", "sheet", "sunk", "accent-wash"],
  faint: ["ground", "sheet", "accent-wash"],
  accent: ["ground", "sheet", "accent-wash"],
  alarm: ["ground", "sheet", "accent-wash", "alarm-wash"],
  "on-accent": ["accent"],
};
const MARKS: Record<string, readonly string[]> = {
  online: ["ground", "sheet"],
  away: ["ground", "sheet"],
  offline: ["ground", "sheet"],
  alarm: ["sheet"],
  edge: ["sheet"],
  // The ring around what has the focus.
  accent: ["ground", "sheet", "sunk"],
};

it.each([
  ["light", light],
  ["dark", dark],
])("has legible colours in the %s theme", (_, text) => {
  const of = tokens(text);
  const poor: string[] = [];
  for (const [pairs, least] of [[TEXT, 4.5], [MARKS, 3]] as const) {
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
  expect(chosen).toContain("color: var(--accent)");
});
