// The status window's lines.

import { expect, it } from "vitest";
import type { View } from "../wire";
import { bell, connection, detail, device, input, reports, seenBy } from "./lines";

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
  do_not_disturb: false,
  sound: { on: true, volume: 50, choice: "bell" },
  hides_names: false,
  requests: [],
  has_tray: true,
  clock_ahead_ms: 0,
};

it("tells no connection from signed out", () => {
  const down: View = {
    ...VIEW,
    connection: { is: "down", retry_at: NOW + 8_000, why: "the service does not answer (Connection refused (os error 111))" },
  };
  expect([bell(VIEW), bell(down), bell({ ...down, account: { is: "signed_out" } })]).toEqual([
    "online",
    "cut",
    "offline",
  ]);
  expect(connection(VIEW).what).toBe("support.acme.example, 24 ms");
  expect(connection(down)).toEqual({
    what: "No connection to support.acme.example.",
    why: "The service does not answer (Connection refused).",
  });
  expect(detail(down, NOW)).toBe("Others may see you as Offline. Retrying in 8 s.");
  expect(detail(down, NOW + 9_000)).toBe("Others may see you as Offline. Retrying now.");
  const alone: View = { ...VIEW, connection: { is: "down", retry_at: 0, why: "Deskbell is starting again." } };
  expect(connection(alone)).toEqual({ what: "Deskbell is starting again.", why: "" });
  expect(detail({ ...alone, detail: "It has ended." }, NOW)).toBe("It has ended.");
});

it("says what sees the user, or that nothing does", () => {
  // P12
  expect(seenBy(VIEW)).toEqual({ what: "XSync", why: "It is X11. Away after 5 minutes without input." });
  expect(seenBy({ ...VIEW, here: { ...VIEW.here, why: "it is X11" } }).why).toMatch(/^It is X11\. Away/);
  const { source: _, ...blind } = VIEW.here;
  expect(seenBy({ ...VIEW, here: { ...blind, idle_after_ms: 5_000 } })).toEqual({
    what: "Nothing",
    why: "It is X11. Away after 5 seconds without input.",
  });
});

it("says the last input only where none has come since", () => {
  const here = { ...VIEW.here, since: at(13, 10), last_input: at(13, 4) };
  expect(input({ ...VIEW, here })).toEqual({ name: "In use since", at: "13:10:00" });
  const activity = { idle: { reason: "idle", idle_for_ms: 1 } } as const;
  expect(input({ ...VIEW, here: { ...here, activity } })).toEqual({ name: "Last input", at: "13:04:00" });
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
  expect(reports(VIEW)).toMatchObject([{ at: "10:47:13", text: '{"type":"beat","activity":"active"}' }]);
});
