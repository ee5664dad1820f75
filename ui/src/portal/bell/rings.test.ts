// What rings, and when it sounds.

import { expect, it } from "vitest";
import type { Schedule } from "../../wire";
import { Rings, type Ringing } from "./rings";

const SCHEDULE: Schedule = { again_after_ms: 20_000, every_ms: 10_000, pressing_until_ms: 90_000, later_every_ms: 60_000 };
/** The service's clock is this far ahead of the page's. */
const AHEAD = 1_000_000;

function page() {
  const rings = new Rings();
  const heard: string[] = [];
  /** A second later: whether something sounds that did not before. */
  const at = (second: number, ringing: readonly Ringing[], live = true, ahead = AHEAD): boolean => {
    const now = { page: second * 1000, service: second * 1000 + ahead };
    rings.renew(ringing, now, SCHEDULE, live);
    const each = [...rings.requests].map(([id, { sound }]) => (sound === null ? null : `${id}:${sound}`));
    const sounds = rings.all === null ? each : [...each, rings.all.sound];
    const news = sounds.filter((sound) => sound !== null && !heard.includes(sound)) as string[];
    heard.push(...news);
    return news.length > 0;
  };
  const seconds = (from: number, to: number, ringing: readonly Ringing[], live = true, ahead = AHEAD): number[] =>
    Array.from({ length: to - from }, (_, index) => from + index).filter((second) => at(second, ringing, live, ahead));
  return { rings, at, seconds };
}

const request = (id: string, second = 0): Ringing => ({ id, since: AHEAD + second * 1000, isReminder: false });

it("sounds by the schedule, counted from when the request began to wait", () => {
  // C3
  const { seconds } = page();
  expect(seconds(0, 220, [request("a")])).toEqual([0, 20, 30, 40, 50, 60, 70, 80, 90, 150, 210]);
  // One that began to ring here later sounds at once, then at its own times.
  expect(page().seconds(33, 65, [request("a")])).toEqual([33, 40, 50, 60]);
});

it("is silent once the request no longer rings here, and sounds again when it waits again", () => {
  const { seconds, rings } = page();
  seconds(0, 25, [request("a")]);
  expect(seconds(25, 60, [])).toEqual([]);
  expect(rings.requests.size).toBe(0);
  expect(seconds(60, 85, [request("a", 60)])).toEqual([60, 80]);
  // Without a moment in between.
  expect(seconds(85, 110, [request("a", 85)])).toEqual([85, 105]);
});

it("says when it sounds next", () => {
  const { rings, at } = page();
  at(3, [request("a")]);
  expect(rings.next({ page: 3_000, service: 0 }, SCHEDULE)).toBe(20_000);
  at(95, [request("a")]);
  expect(rings.next({ page: 95_000, service: 0 }, SCHEDULE)).toBe(150_000);
  at(96, []);
  expect(rings.next({ page: 96_000, service: 0 }, SCHEDULE)).toBeNull();
});

it("has one notification for all from three requests on, with one sound a tick and one for each that comes", () => {
  // C3
  const { at, seconds, rings } = page();
  const [a, b, c, d] = [request("a", 0), request("b", 5), request("c", 10), request("d", 33)];
  expect([at(0, [a]), at(5, [a, b]), at(10, [a, b, c])]).toEqual([true, true, true]);
  expect(rings.all).toMatchObject({ longest: "a", waited: 10_000 });
  expect(seconds(11, 33, [c, b, a])).toEqual([20, 30]);
  expect(at(33, [a, b, c, d])).toBe(true);
  expect(seconds(34, 51, [a, b, c, d])).toEqual([40, 50]);
  // The longest is joined: the next one gives the times, and nothing sounds for that.
  expect(at(51, [b, c, d])).toBe(false);
  expect(seconds(52, 66, [b, c, d])).toEqual([55, 65]);
  // From two on each has its own again; it has sounded with the others.
  expect(at(66, [c, d])).toBe(false);
  expect(rings.all).toBeNull();
  expect(seconds(67, 75, [c, d])).toEqual([70, 73]);
});

it("stays without a sound while nothing is known, and makes up for it once afterwards", () => {
  const { seconds, rings } = page();
  seconds(0, 15, [request("a")]);
  expect(seconds(15, 45, [request("a")], false)).toEqual([]);
  expect(rings.requests.size).toBe(1);
  expect(seconds(45, 55, [request("a")])).toEqual([45, 50]);
});

it("keeps ringing when the service's clock is set back", () => {
  const { seconds } = page();
  seconds(0, 25, [request("a")]);
  expect(seconds(25, 45, [request("a")], true, AHEAD - 3_600_000)).toEqual([30, 40]);
});

// C3: they were among those that wait.
it("counts no chats of this user's own that wait for an answer among the requests", () => {
  const { at, seconds, rings } = page();
  const own = { ...request("own", 0), isReminder: true };
  const [a, b, c] = [request("a", 1), request("b", 2), request("c", 3)];
  at(0, [own]);
  at(1, [own, a]);
  at(2, [own, a, b]);
  expect(rings.all).toBeNull();
  expect(at(3, [own, a, b, c])).toBe(true);
  expect(rings.all).toMatchObject({ longest: "a", waited: 2_000, ids: new Set(["a", "b", "c"]) });
  expect(rings.next({ page: 3_000, service: AHEAD + 3_000 }, SCHEDULE)).toBe(20_000);
  // Its own sounds and those of the requests.
  expect(seconds(4, 33, [own, a, b, c])).toEqual([20, 21, 30, 31]);
  expect(rings.requests.get("own")?.sound).toBe(`${own.since}:3`);
});
