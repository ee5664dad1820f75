// When a page can ring, and what it says if it cannot.

import { expect, it } from "vitest";
import { bell } from "../../words";
import { abilityOf, type Ability, type Facts } from "./ability";

const GRANTED: Facts = { inApp: false, hasNotifications: true, permission: "granted", hasFailed: false };

it("rings only where the browser shows its notifications", () => {
  // C12
  const cases: [Partial<Facts>, Ability][] = [
    [{}, "rings"],
    [{ permission: "default" }, "ask"],
    [{ permission: "denied" }, "denied"],
    [{ hasFailed: true }, "failed"],
    [{ hasFailed: true, permission: "default" }, "ask"],
    [{ hasNotifications: false, permission: "default" }, "unsupported"],
    [{ hasNotifications: false, permission: "denied" }, "unsupported"],
  ];
  for (const [facts, ability] of cases) expect(abilityOf({ ...GRANTED, ...facts })).toBe(ability);
});

it("leaves it to the app in the app's own window, whatever the browser allows", () => {
  for (const permission of ["granted", "denied", "default"] as const) {
    expect(abilityOf({ ...GRANTED, inApp: true, permission })).toBe("app");
  }
});

it("claims to ring only where it does", () => {
  const cannot: Ability[] = ["ask", "unsupported", "denied", "failed"];
  for (const ability of cannot) {
    expect(bell.technician[ability], ability).toMatch(/do not ring/);
    expect(bell.client[ability], ability).not.toMatch(/^This browser tells you/);
  }
  expect(bell.technician.rings).toMatch(/and ring in this browser/);
  expect(bell.technician.app).toMatch(/Deskbell app rings/);
});
