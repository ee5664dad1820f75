// The waits between attempts.

import { expect, it } from "vitest";
import { Backoff, CAP_EARLY_MS, CAP_LATE_MS } from "./backoff";

it("doubles from half a second to 10 s in the first minute, then to 30 s", () => {
  const backoff = new Backoff();
  let now = 0;
  const waits: number[] = [];
  for (let attempt = 0; attempt < 14; attempt += 1) {
    const wait = backoff.next(now, 0, 1);
    waits.push(wait);
    now += wait;
  }
  expect(waits.slice(0, 6)).toEqual([500, 1000, 2000, 4000, 8000, CAP_EARLY_MS]);
  expect(waits.at(-1)).toBe(CAP_LATE_MS);
});

it("takes any part of the wait, so that many pages spread out", () => {
  expect(new Backoff().next(0, 0, 0)).toBe(0);
  expect(new Backoff().next(0, 0, 0.5)).toBe(250);
});

it("starts afresh after a connection that lived a minute, and not after a shorter one", () => {
  const backoff = new Backoff();
  for (let attempt = 0; attempt < 5; attempt += 1) backoff.next(0, 0, 1);
  expect(backoff.next(1000, 59_999, 1)).toBe(CAP_EARLY_MS);
  expect(backoff.next(100_000, 60_000, 1)).toBe(500);
});
