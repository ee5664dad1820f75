// What the top bar says about ringing.

import { expect, it } from "vitest";
import type { Ability } from "../bell/ability";
import { whereItRings } from "./whereItRings";

const of = (ability: Ability, hasSound: boolean, waiting: boolean[]): string => whereItRings({ ability, hasSound, waiting });

// C12
it("does not claim to ring where the browser forbids it, and says that the app does", () => {
  expect(of("app", true, [false])).toBe("app");
  const cannot: Ability[] = ["ask", "denied", "failed", "unsupported"];
  for (const ability of cannot) expect(of(ability, true, [])).toBe("not");
});

it("says whether it is heard", () => {
  expect(of("rings", true, [])).toBe("here");
  expect(of("rings", false, [])).toBe("silent");
});

// C3
it("says that another device rings once the service has chosen that for all that waits", () => {
  expect(of("rings", true, [false, false])).toBe("elsewhere");
  expect(of("rings", true, [false, true])).toBe("here");
});
