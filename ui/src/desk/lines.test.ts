// The status window's lines.

import { expect, it } from "vitest";
import type { View } from "../wire";
import { bell, connection, device, reports, seenBy } from "./lines";

const at = (hour: number, minute: number, second = 0): number => new Date(2026, 10, 10, hour, minute, second).getTime();
const NOW = at(13, 30);

const VIEW: View = {
  version: "0.1.0",
  profile: "default",
  account: {
    is: "signed_in",
    name: "Priya Shah",
    role: "technician",
    organisation: "Acme IT",
    address: "support.acme.example",
  },
  connection: { is: "up", since: 0, round_trip_ms: 24 },
  headline: "Online",
  shown: { state: "online", since: 0 },
  here: { activity: "active", since: 0, last_input: NOW, source: "XSync", why: "It is X11.", idle_after_ms: 300_000 },
  preference: { is: "automatic" },
  waiting: [],
  chats: [],
  devices: [],
  reports: [{ at: at(10, 47, 13), text: '{"type":"beat","activity":"active"}' }],
  notices: [],
  has_tray: true,
  clock_ahead_ms: 0,
};

it("tells no connection from signed out", () => {
  const down: View = {
    ...VIEW,
    connection: { is: "down", retry_at: NOW + 8_000, why: "The service does not answer." },
  };
  expect([bell(VIEW), bell(down), bell({ ...down, account: { is: "signed_out" } })]).toEqual([
    "online",
    "cut",
    "offline",
  ]);
  expect(connection(VIEW, NOW)).toBe("support.acme.example, 24 ms");
  expect(connection(down, NOW)).toBe("The service does not answer. Retrying in 8 s.");
});

it("says what sees the user, or that nothing does", () => {
  // P12
  expect(seenBy(VIEW)).toEqual({ what: "XSync", why: "It is X11. Away after 5 minutes without input." });
  const { source: _, ...blind } = VIEW.here;
  expect(seenBy({ ...VIEW, here: { ...blind, idle_after_ms: 5_000 } })).toEqual({
    what: "Nothing",
    why: "It is X11. Away after 5 seconds without input.",
  });
});

it("describes devices, and shows the reports word for word", () => {
  // P13
  const locked = { idle: { reason: "locked", idle_for_ms: 1 } } as const;
  expect(device({ name: "host", activity: "active", since: 0, this: true, connected: true }, NOW)).toBe(
    "This computer, active",
  );
  expect(device({ name: "Laptop", activity: locked, since: at(9, 12), this: false, connected: false }, NOW)).toBe(
    "Laptop, locked 09:12, not connected",
  );
  expect(reports(VIEW)).toBe('10:47:13  {"type":"beat","activity":"active"}');
});
