// Frames are taken in together, and in order.

import { expect, it } from "vitest";
import { FrameQueue } from "./frames";
import type { Down } from "./wire";

const gone = (person: string): Down => ({ type: "person.gone", person });

function bench(): { taken: string[]; queue: FrameQueue; draw: () => void; asked: () => number } {
  const taken: string[] = [];
  let draws: (() => void)[] = [];
  let asked = 0;
  const queue = new FrameQueue(
    (frame) => taken.push(frame.type === "person.gone" ? frame.person : frame.type),
    (take) => {
      asked += 1;
      draws.push(take);
    },
  );
  const draw = (): void => {
    const all = draws;
    draws = [];
    for (const each of all) each();
  };
  return { taken, queue, draw, asked: () => asked };
}

it("takes in a crowd when the page is drawn, and asks once for it", () => {
  const { taken, queue, draw, asked } = bench();
  for (const each of ["a", "b", "c"]) queue.add(gone(each));
  expect([taken.length, asked()]).toEqual([0, 1]);
  draw();
  expect(taken).toEqual(["a", "b", "c"]);
  queue.add(gone("d"));
  expect(asked()).toBe(2);
});

it("lets no answer overtake the state that was told before it", () => {
  const { taken, queue, draw } = bench();
  queue.add(gone("a"));
  queue.add({ type: "beat" });
  expect(taken).toEqual(["a", "beat"]);
  draw();
  expect(taken).toEqual(["a", "beat"]);
});
