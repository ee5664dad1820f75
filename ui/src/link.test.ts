// The link against a socket that the test controls, on a paused clock.

import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Link, SILENCE_MS, type Intent, type Socket, type Status } from "./link";
import type { Activity, Down, Up, Welcome } from "./wire";

class FakeSocket implements Socket {
  sent: Up[] = [];
  closed: number | null = null;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Up);
  }
  close(code = 1005): void {
    this.closed = code;
  }
  hears(frame: Down): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
  of<T extends Up["type"]>(type: T): Extract<Up, { type: T }>[] {
    return this.sent.filter((frame) => frame.type === type) as Extract<Up, { type: T }>[];
  }
}

const WELCOME: { type: "welcome" } & Welcome = {
  type: "welcome",
  now: 1_000_000,
  you: { id: "you", name: "Priya Shah", role: "technician", organisation: "Acme IT" },
  policy: {
    idle_after_ms: 300_000,
    beat_ms: 15_000,
    grace_ms: 45_000,
    invitation_ms: 60_000, file_bytes: 0,
    ring: { again_after_ms: 20_000, every_ms: 10_000, pressing_until_ms: 90_000, later_every_ms: 60_000 },
    typing: true,
    read_marks: true,
  },
  preference: "automatic",
};

function setUp() {
  const sockets: FakeSocket[] = [];
  const statuses: Status[] = [];
  const received: Down[] = [];
  const world = { activity: "active" as Activity, random: 1, slept: 0, canRing: false };
  const link = new Link({
    open: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    activity: () => world.activity,
    canRing: () => world.canRing,
    app: { name: "portal", version: "0.1.0", device: "Chrome" },
    instance: "instance",
    now: () => Date.now() + world.slept,
    random: () => world.random,
    received: (frame) => received.push(frame),
    changed: (status) => statuses.push(status),
  });
  const last = (): FakeSocket => sockets.at(-1) as FakeSocket;
  const welcome = (): FakeSocket => {
    last().onopen?.();
    last().hears(WELCOME);
    return last();
  };
  const cut = (code = 1006): void => last().onclose?.({ code });
  return { link, sockets, statuses, received, world, last, welcome, cut };
}

const message = (id: string, text: string): Intent => ({ type: "chat.message", id, session: "s", text });

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

describe("the connection", () => {
  it("begins with hello, which states the activity and the same instance each time", async () => {
    // P11
    const { link, welcome, cut, sockets, world } = setUp();
    link.connect();
    welcome();
    world.activity = { idle: { reason: "idle", idle_for_ms: 7 } };
    cut();
    await vi.advanceTimersByTimeAsync(500);
    const hello = welcome().of("hello")[0];
    expect(sockets).toHaveLength(2);
    expect(hello).toMatchObject({ instance: "instance", can_ring: false, activity: world.activity });
  });

  it("says with each connection whether the page can ring, and connects again at once if that changes", async () => {
    // C12
    const { link, welcome, world, sockets, statuses } = setUp();
    link.connect();
    const before = welcome();
    world.canRing = true;
    link.again();
    const after = welcome();
    expect([before, after].map((socket) => socket.of("hello")[0])).toMatchObject([
      { attempt: 1, can_ring: false },
      { attempt: 2, can_ring: true },
    ]);
    expect(before.closed).not.toBeNull();
    expect(sockets).toHaveLength(2);
    expect(statuses.map((status) => status.is)).not.toContain("down");
  });

  it("answers a beat with what the page sees now", () => {
    const { link, welcome, world } = setUp();
    link.connect();
    const socket = welcome();
    world.activity = { idle: { reason: "idle", idle_for_ms: 1234 } };
    socket.hears({ type: "beat" });
    expect(socket.of("beat")).toEqual([{ type: "beat", activity: world.activity }]);
  });

  it("connects again when it has heard nothing for 35 s, and not while beats come", async () => {
    const { link, welcome, sockets, statuses } = setUp();
    link.connect();
    const socket = welcome();
    for (let beat = 0; beat < 4; beat += 1) {
      await vi.advanceTimersByTimeAsync(15_000);
      socket.hears({ type: "beat" });
    }
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(SILENCE_MS);
    expect(statuses.at(-1)?.is).toBe("down");
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(2);
  });

  it("gives up a connection that never comes to its welcome", async () => {
    const { link, last, sockets } = setUp();
    link.connect();
    last().onopen?.();
    await vi.advanceTimersByTimeAsync(16_000);
    expect(sockets).toHaveLength(2);
  });

  it("numbers its connections, and stops only when it is replaced twice in short order", async () => {
    const { link, welcome, cut, sockets, statuses } = setUp();
    link.connect();
    for (const [attempt, lives] of [
      [1, 0],
      [2, 61_000],
    ] as const) {
      const socket = welcome();
      expect(socket.of("hello")[0]?.attempt).toBe(attempt);
      for (let lived = 0; lived < lives; lived += 15_000) {
        await vi.advanceTimersByTimeAsync(15_000);
        socket.hears({ type: "beat" });
      }
      cut(4409);
      await vi.advanceTimersByTimeAsync(2_000);
    }
    expect(sockets).toHaveLength(3);
    welcome();
    cut(4409);
    await vi.advanceTimersByTimeAsync(120_000);
    expect(statuses.at(-1)).toEqual({ is: "stopped" });
    expect(sockets).toHaveLength(3);
  });

  it("takes nothing from a socket that it has given up", async () => {
    const { link, last, sockets, statuses } = setUp();
    link.connect();
    const given = last();
    await vi.advanceTimersByTimeAsync(16_000);
    expect(sockets).toHaveLength(2);
    given.onopen?.();
    given.hears(WELCOME);
    expect([given.sent, last().sent]).toEqual([[], []]);
    expect(statuses.at(-1)).toEqual({ is: "connecting" });
  });

  it("asks to sign in when the cookie is no longer good: the service opens the socket and closes it with 4401", () => {
    const { link, last, cut, statuses } = setUp();
    link.connect();
    last().onopen?.();
    cut(4401);
    expect(statuses.at(-1)).toEqual({ is: "signed_out" });
  });

  it("waits as long as a service that goes down says", async () => {
    const { link, welcome, cut, sockets } = setUp();
    link.connect();
    welcome().hears({ type: "reconnect", after_ms: 3_000 });
    cut(1001);
    await vi.advanceTimersByTimeAsync(2_900);
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(sockets).toHaveLength(2);
  });

  it("tries at once when the network is back", () => {
    const { link, welcome, cut, sockets } = setUp();
    link.connect();
    welcome();
    cut();
    link.hurry();
    expect(sockets).toHaveLength(2);
  });

  it("is down at once when the system says that the network is gone, and back when there is one", () => {
    const { link, welcome, last, sockets, statuses } = setUp();
    link.lost();
    expect(sockets).toHaveLength(0);
    link.connect();
    const before = welcome();
    link.lost();
    expect(statuses.at(-1)?.is).toBe("down");
    expect(before.closed).not.toBe(null);
    // Whatever the old socket still says no longer counts.
    before.onclose?.({ code: 1005 });
    expect(statuses.at(-1)?.is).toBe("down");
    link.hurry();
    welcome();
    expect([sockets.length, statuses.at(-1)?.is, last().closed]).toEqual([2, "up", null]);
  });

  it("trusts no socket and waits no longer after the machine has slept", async () => {
    const { link, welcome, cut, sockets } = setUp();
    link.woke();
    expect(sockets).toHaveLength(0);
    link.connect();
    const old = welcome();
    link.woke();
    expect(sockets).toHaveLength(2);
    old.onclose?.({ code: 1006 });
    for (let attempt = 0; attempt < 6; attempt += 1) {
      cut();
      await vi.advanceTimersByTimeAsync(10_000);
    }
    cut();
    const before = sockets.length;
    link.woke();
    expect(sockets).toHaveLength(before + 1);
    cut();
    await vi.advanceTimersByTimeAsync(500);
    expect(sockets).toHaveLength(before + 2);
  });

  it("waits for 30 s at most, whatever the service says", async () => {
    const { link, welcome, cut, sockets } = setUp();
    link.connect();
    welcome().hears({ type: "reconnect", after_ms: 1e12 });
    cut(1001);
    await vi.advanceTimersByTimeAsync(29_900);
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(200);
    expect(sockets).toHaveLength(2);
  });

  it("leaves by a close without bye, since it may be a reload, and nothing that comes later counts", async () => {
    // P10
    const { link, welcome, sockets } = setUp();
    link.connect();
    const socket = welcome();
    link.leave();
    expect(socket.of("bye")).toEqual([]);
    expect(socket.closed).toBe(1000);
    socket.onclose?.({ code: 1000 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sockets).toHaveLength(1);
  });
});

describe("an intent", () => {
  it("is repeated under the same id after each reconnect until it is answered", async () => {
    const { link, welcome, cut, last } = setUp();
    link.connect();
    const first = welcome();
    const answer = link.intend({ type: "chat.request", id: "r", subject: "Printer offline" });
    cut();
    await vi.advanceTimersByTimeAsync(500);
    const second = welcome();
    cut();
    await vi.advanceTimersByTimeAsync(1_000);
    const third = welcome();
    for (const socket of [first, second, third])
      expect(socket.of("chat.request").map((each) => each.id)).toEqual(["r"]);
    third.hears({ type: "ok", re: "r", session: "r" });
    expect(await answer).toMatchObject({ type: "ok", session: "r" });
    cut();
    await vi.advanceTimersByTimeAsync(2_000);
    welcome();
    expect(last().of("chat.request")).toEqual([]);
  });

  it("that sets the preference is as old as it is, and has that much less to run, also after a sleep", () => {
    // P7
    for (const [slept, left] of [
      [600_000, 300_000],
      [1_000_000, 0],
    ] as const) {
      const { link, welcome, cut, world } = setUp();
      link.connect();
      welcome();
      cut();
      const preference = { away: { for_ms: 900_000 } };
      void link.intend({ type: "prefer", id: "p", preference, set_ago_ms: 0 });
      world.slept = slept;
      link.woke();
      expect(welcome().of("prefer")).toMatchObject([{ set_ago_ms: slept, preference: { away: { for_ms: left } } }]);
    }
  });

  it("waits for the welcome when it is made without a connection", () => {
    const { link, welcome, last } = setUp();
    link.connect();
    void link.intend({ type: "chat.join", id: "j", session: "s" });
    last().onopen?.();
    expect(last().of("chat.join")).toEqual([]);
    expect(welcome().of("chat.join")).toHaveLength(1);
  });

  it("keeps messages of one chat in order: one unanswered at a time", () => {
    // C8
    const { link, welcome } = setUp();
    link.connect();
    const socket = welcome();
    void link.intend(message("1", "one"));
    void link.intend(message("2", "two"));
    expect(socket.of("chat.message").map((each) => each.text)).toEqual(["one"]);
    socket.hears({ type: "ok", re: "1", number: 1 });
    expect(socket.of("chat.message").map((each) => each.text)).toEqual(["one", "two"]);
  });

  it("is repeated when the service was busy, and ends when it was refused", async () => {
    const { link, welcome } = setUp();
    link.connect();
    const socket = welcome();
    const answer = link.intend({ type: "chat.join", id: "j", session: "s" });
    socket.hears({ type: "error", re: "j", code: "busy", message: "Busy.", retry_after_ms: 200 });
    await vi.advanceTimersByTimeAsync(200);
    expect(socket.of("chat.join")).toHaveLength(2);
    socket.hears({ type: "error", re: "j", code: "taken", message: "Taken.", by: "Priya Shah", at: 5 });
    expect(await answer).toMatchObject({ code: "taken", by: "Priya Shah" });
  });

  it("tells afresh how long ago a preference was set", async () => {
    // P7
    const { link, welcome, cut } = setUp();
    link.connect();
    welcome();
    cut();
    void link.intend({ type: "prefer", id: "p", preference: { away: {} }, set_ago_ms: 0 });
    await vi.advanceTimersByTimeAsync(500);
    expect(welcome().of("prefer")[0]?.set_ago_ms).toBe(500);
  });

  it("about activity is not repeated: hello has said it", async () => {
    const { link, welcome, cut } = setUp();
    link.connect();
    welcome();
    const answer = link.intend({ type: "activity", id: "a", activity: "active" });
    cut();
    await vi.advanceTimersByTimeAsync(500);
    expect(welcome().of("activity")).toEqual([]);
    expect(await answer).toEqual({ type: "lost" });
  });
});
