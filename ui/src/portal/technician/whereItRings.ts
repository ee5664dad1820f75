// Whether requests ring in this browser (C3, C12), from what the page can do and what the service says. Pure.

import type { Ability } from "../bell/ability";

/** `elsewhere`: the service lets another device of the same technician ring. */
export type WhereItRings = "here" | "silent" | "elsewhere" | "app" | "not";

/** What is known. */
export interface Facts {
  ability: Ability;
  /** Whether the browser's user hears it. */
  hasSound: boolean;
  /** Of each request that waits and is not silenced, whether it rings on this device. */
  waiting: readonly boolean[];
}

/** What follows from them. While nothing waits, the service does not say which device it would choose. */
export function whereItRings({ ability, hasSound, waiting }: Facts): WhereItRings {
  switch (ability) {
    case "app":
      return "app";
    case "unsupported":
    case "denied":
    case "failed":
    case "ask":
      return "not";
    case "rings":
      if (waiting.length > 0 && !waiting.includes(true)) return "elsewhere";
      return hasSound ? "here" : "silent";
  }
}
