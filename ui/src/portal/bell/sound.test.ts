// The sounds, on a browser's audio elements.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Sound } from "./sound";

const played: string[] = [];
let mayPlay = true;

class FakeAudio {
  paused = true;
  currentTime = 7;
  volume = 1;
  #source: string;

  constructor(source: string) {
    this.#source = /late|ring/.exec(source)?.[0] ?? source;
  }

  play(): Promise<void> {
    played.push(`${this.#source} at ${this.volume} from ${this.currentTime}`);
    return mayPlay ? Promise.resolve() : Promise.reject(new Error("not before a click"));
  }
}

beforeEach(() => {
  played.length = 0;
  mayPlay = true;
  vi.stubGlobal("Audio", FakeAudio);
});
afterEach(() => void vi.unstubAllGlobals());

it("plays what is wanted from its beginning, as loud as is wanted", async () => {
  const sound = new Sound();
  expect([await sound.play("ring", 0.5), await sound.play("late", 1)]).toEqual([true, true]);
  expect(played).toEqual(["ring at 0.5 from 0", "late at 1 from 0"]);
});

it("tries each sound without being heard, and says where the browser plays none", async () => {
  const sound = new Sound();
  expect(await sound.try()).toBe(true);
  expect(played).toEqual(["ring at 0 from 0", "late at 0 from 0"]);
  mayPlay = false;
  expect([await sound.try(), await sound.play("ring", 1)]).toEqual([false, false]);
});
