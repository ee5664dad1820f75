// The two clocks of a browser on a machine that sleeps, and whose clock is set.

import { expect, it } from "vitest";
import { Clock, GAP_MS, JUMP_MS } from "./clock";

const HOUR = 3_600_000;

function machine() {
  const is = { monotonic: 5_000, wall: 1_700_000_000_000, gaps: 0, jumps: 0 };
  const clock = new Clock({ monotonic: () => is.monotonic, wall: () => is.wall });
  clock.onGap = () => (is.gaps += 1);
  clock.onJump = () => (is.jumps += 1);
  const runs = (ms: number): void => {
    is.monotonic += ms;
    is.wall += ms;
  };
  return { is, clock, runs };
}

it("goes on as time does, and has no gap while it is looked at", () => {
  const { is, clock, runs } = machine();
  const began = clock.now();
  for (let look = 0; look < 100; look += 1) {
    runs(15_000);
    clock.now();
  }
  expect(clock.now() - began).toBe(1_500_000);
  expect([is.gaps, is.jumps]).toEqual([0, 0]);
});

it("sees that the page did not run", () => {
  const { is, clock, runs } = machine();
  const began = clock.now();
  runs(62_000);
  expect(clock.now() - began).toBe(62_000);
  expect([is.gaps, is.jumps]).toEqual([1, 0]);
  runs(GAP_MS - 1);
  clock.now();
  expect(is.gaps).toBe(1);
});

it("counts a sleep in which only the wall clock went on, once the service's time says that it was one", () => {
  const { is, clock, runs } = machine();
  clock.settle(1_000);
  const began = clock.now();
  is.wall += HOUR;
  runs(400);
  expect(clock.now() - began).toBe(400);
  expect([clock.isUnclear, is.gaps, is.jumps]).toEqual([true, 0, 1]);
  clock.settle(1_000 + HOUR + 900);
  expect(clock.now() - began).toBe(HOUR + 400);
  expect([clock.isUnclear, is.gaps]).toEqual([false, 1]);
});

it("does not follow a clock that is set ahead or back", () => {
  for (const by of [HOUR, -HOUR]) {
    const { is, clock, runs } = machine();
    clock.settle(1_000);
    const began = clock.now();
    is.wall += by;
    runs(400);
    clock.now();
    clock.settle(1_900);
    expect(clock.now() - began).toBe(400);
    expect([clock.isUnclear, is.gaps]).toEqual([false, 0]);
  }
});

it("forgets a clock that was set ahead and set back", () => {
  const { is, clock } = machine();
  is.wall += HOUR;
  clock.now();
  is.wall -= HOUR;
  clock.now();
  expect([clock.isUnclear, is.gaps]).toEqual([false, 0]);
});

it("takes what nobody can tell for a sleep", () => {
  const { is, clock } = machine();
  clock.settle(1_000);
  const began = clock.now();
  is.wall += JUMP_MS;
  clock.now();
  clock.settle(null);
  expect(clock.now() - began).toBe(JUMP_MS);
  expect(is.gaps).toBe(1);
});

it("says when an event happened that waited while the page did not run", () => {
  const { is, clock, runs } = machine();
  const stamped = is.monotonic;
  const began = clock.now();
  runs(62_000);
  expect(clock.of(stamped)).toBe(began);
  expect(clock.of(is.monotonic + 10)).toBe(clock.now());
});
