// The ring schedule.

import { expect, it } from "vitest";
import type { Schedule } from "../../wire";
import { nextAfter, ringsAt } from "./schedule";

const SCHEDULE: Schedule = { again_after_ms: 20_000, every_ms: 10_000, pressing_until_ms: 90_000, later_every_ms: 60_000 };

it("rings when it appears, then at 20 s, then every 10 s until 90 s, then once a minute", () => {
  // C3
  const due: number[] = [];
  for (let at = 0; due.length < 11; due.push(at / 1000)) at = nextAfter(SCHEDULE, at);
  expect(due).toEqual([20, 30, 40, 50, 60, 70, 80, 90, 150, 210, 270]);
});

it("counts one more at each due time, and nowhere else", () => {
  expect(ringsAt(SCHEDULE, 0)).toBe(1);
  for (let waited = 0; waited < 400_000; waited += 777) {
    const next = nextAfter(SCHEDULE, waited);
    expect(next).toBeGreaterThan(waited);
    expect(ringsAt(SCHEDULE, next - 1)).toBe(ringsAt(SCHEDULE, waited));
    expect(ringsAt(SCHEDULE, next)).toBe(ringsAt(SCHEDULE, waited) + 1);
  }
});

it("goes by other numbers of the service, and survives absurd ones", () => {
  const often: Schedule = { again_after_ms: 5_000, every_ms: 2_000, pressing_until_ms: 9_000, later_every_ms: 3_000 };
  expect([0, 5_000, 7_000, 9_000, 12_000].map((at) => nextAfter(often, at))).toEqual([5_000, 7_000, 9_000, 12_000, 15_000]);
  const zero: Schedule = { again_after_ms: 0, every_ms: 0, pressing_until_ms: 0, later_every_ms: 0 };
  expect(nextAfter(zero, 10)).toBe(11);
});
