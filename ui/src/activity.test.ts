// What a page makes of its input.

import { afterEach, describe, expect, it, vi } from "vitest";
import { Device, noDevice } from "./activity";

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

  it("never reports a negative age when the clock is set back", () => {
    expect(new Device(THRESHOLD_MS, 10_000).activity(0)).toEqual({ idle: { reason: "idle", idle_for_ms: 0 } });
  });
});

describe("a page in the app's window", () => {
  afterEach(() => void vi.useRealTimers());

  it("is no device: it always says idle", () => {
    vi.useFakeTimers();
    const source = noDevice();
    vi.advanceTimersByTime(400);
    source.setIdleAfter(THRESHOLD_MS);
    expect(source.current()).toEqual({ idle: { reason: "idle", idle_for_ms: 400 } });
  });
});
