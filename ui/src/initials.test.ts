// Two letters of a name.

import { expect, it } from "vitest";
import { initials } from "./initials";

it.each([
  ["Dana Reyes", "DR"],
  ["  mei  ling tanaka ", "MT"],
  ["Cher", "C"],
  ["(Tom) \u201cWalsh\u201d", "TW"],
  ["\u2068\u05d3\u05e0\u05d4 \u05db\u05d4\u05df\u2069", "\u05d3\u05db"],
  ["\u{1d4d0}lpha Beta", "\u{1d4d0}B"],
  ["", ""],
])("of %j are %j", (name, letters) => expect(initials(name)).toBe(letters));
