// How a page turns input into activity.

import { afterEach, describe, expect, it, vi } from "vitest";
import { Device, noDevice, watchInput } from "./activity";
import { Clock } from "./clock";
import type { Activity } from "./wire";

const THRESHOLD_MS = 5_000;

describe("a portal page", () => {
  it("is idle from its start on: no device is ever assumed active", () => {
    // P11
    expect(new Device(THRESHOLD_MS, 100).activity(350)).toEqual({ idle: { reason: "idle", idle_for_ms: 250 } });
  });

  it("is active at once with the first input", () => {
    // P5
    const device = new Device(THRESHOLD_MS, 0);
    device.input(60_000);
    expect(device.activity(60_000)).toBe("active");
    expect(device.nextTimeout(60_000)).toBe(65_000);
  });

  it("is idle since the last input, not since the threshold ran out", () => {
    // P6
    const device = new Device(THRESHOLD_MS, 0);
    device.input(1_000);
    device.input(2_000);
    expect(device.activity(6_999)).toBe("active");
    expect(device.activity(7_000)).toEqual({ idle: { reason: "idle", idle_for_ms: 5_000 } });
    expect(device.nextTimeout(7_000)).toBeNull();
  });

  it("goes by a new threshold at once", () => {
    // P2
    const device = new Device(60_000, 0);
    device.input(0);
    device.setIdleAfter(THRESHOLD_MS);
    expect(device.activity(6_000)).toEqual({ idle: { reason: "idle", idle_for_ms: 6_000 } });
  });

  it("is not active by waking up, nor by input from before, and at once by the first input after it", () => {
    // P4, P6
    const device = new Device(300_000, 0);
    device.input(1_000);
    device.wake(63_000);
    device.input(1_500);
    expect(device.activity(63_000)).toEqual({ idle: { reason: "idle", idle_for_ms: 62_000 } });
    device.input(62_990);
    expect(device.activity(63_000)).toBe("active");
  });
});

/**
 * A page with its clock on a machine that sleeps and whose clock is set, and the input that the browser tells it of. It was
 * loaded at this time of the monotonic clock.
 */
function page(loaded = 0) {
  vi.useFakeTimers();
  vi.stubGlobal("PointerEvent", class {});
  const machine = { ahead: 0, stood: loaded };
  const began = Date.now();
  const monotonic = (): number => Date.now() - began + machine.stood;
  const clock = new Clock({ monotonic, wall: () => monotonic() + machine.ahead });
  const heard: ((event: Event) => void)[] = [];
  const target = { addEventListener: (_: string, hear: (event: Event) => void) => heard.push(hear) };
  const reports: Activity[] = [];
  const source = watchInput(target as unknown as Window, clock, () => reports.push(source.current()));
  clock.onGap = () => source.wake(clock.now());
  clock.settle(0);
  const input = (timeStamp = monotonic()): void => heard[0]?.({ isTrusted: true, timeStamp } as Event);
  return { machine, clock, source, reports, input, monotonic };
}

describe("a page whose user was active", () => {
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it("is idle when it goes on after it stood still, and active with the next input, not with one that waited", () => {
    // P4
    const { machine, source, reports, input, monotonic } = page();
    input();
    const before = monotonic();
    vi.advanceTimersByTime(4_000);
    machine.stood = 62_000;
    input(before + 10);
    expect(source.current()).toMatchObject({ idle: { idle_for_ms: 66_000 } });
    expect(reports).toMatchObject(["active", { idle: {} }]);
    input();
    expect(reports.at(-1)).toBe("active");
  });

  it("is active by input whose time the browser does not tell, or tells wrong", () => {
    // P5
    for (const stamp of [0, -1_000, 10]) {
      const { machine, reports, input } = page(1_000);
      input(stamp);
      expect(reports).toEqual(["active"]);
      vi.advanceTimersByTime(4_000);
      machine.stood += 62_000;
      vi.advanceTimersByTime(7_000);
      expect(reports).toMatchObject(["active", { idle: {} }]);
      input(stamp);
      expect(reports.at(-1)).toBe("active");
    }
  });

  it("is idle after a sleep that only the wall clock counted, also while nobody knows what it was", () => {
    // P4, P11
    const { machine, clock, source, reports, input } = page();
    input();
    machine.ahead = 62_000;
    vi.advanceTimersByTime(5_000);
    expect(source.current()).toMatchObject({ idle: {} });
    expect(reports).toEqual(["active"]);
    clock.settle(67_000);
    expect(source.current()).toMatchObject({ idle: { reason: "idle", idle_for_ms: 67_000 } });
    expect(reports).toHaveLength(2);
  });

  it("stays active when the clock is set, and no longer than its threshold", () => {
    for (const by of [3_600_000, -3_600_000]) {
      const { machine, clock, source, reports, input } = page();
      input();
      machine.ahead = by;
      vi.advanceTimersByTime(5_000);
      clock.settle(5_000);
      expect(source.current()).toBe("active");
      vi.advanceTimersByTime(294_000);
      expect(reports).toEqual(["active"]);
      vi.advanceTimersByTime(1_000);
      expect(reports).toMatchObject(["active", { idle: { reason: "idle", idle_for_ms: 300_000 } }]);
    }
  });
});

describe("a page in the app's window", () => {
  afterEach(() => void vi.useRealTimers());

  it("is not a device: it always says idle", () => {
    vi.useFakeTimers();
    const source = noDevice(new Clock());
    vi.advanceTimersByTime(400);
    source.setIdleAfter(THRESHOLD_MS);
    expect(source.current()).toEqual({ idle: { reason: "idle", idle_for_ms: 400 } });
  });
});
