// The settings of the sound, as a browser keeps them.

import { expect, it } from "vitest";
import { KeptSettings } from "./keptSettings.svelte";
import { DEFAULT, settingsIn } from "./settings";

it("keeps what was set, and takes the default for what makes no sense", () => {
  expect(settingsIn('{"isOn":false,"volume":30}')).toEqual({ isOn: false, volume: 30 });
  for (const text of [null, "", "null", "7", "{", '{"isOn":"no","volume":"loud"}']) {
    expect(settingsIn(text)).toEqual(DEFAULT);
  }
  expect(settingsIn('{"volume":1e9}').volume).toBe(100);
  expect(settingsIn('{"volume":-1}').volume).toBe(10);
});

/** A browser's window with a storage; where it has none, the page is not allowed to use it. */
function browser(kept: Map<string, string> | null) {
  const listeners: ((event: { key: string | null; newValue: string | null }) => void)[] = [];
  const place = {
    get localStorage() {
      if (kept === null) throw new Error("forbidden");
      return {
        getItem: (key: string) => kept.get(key) ?? null,
        setItem: (key: string, value: string) => void kept.set(key, value),
      };
    },
    addEventListener: (_: "storage", listener: (typeof listeners)[number]) => void listeners.push(listener),
  };
  /** What another tab has kept is told to this one. */
  const hear = (): void => {
    for (const [key, newValue] of kept ?? []) for (const each of listeners) each({ key, newValue });
  };
  return { place, hear };
}

it("is the same after a reload, and in other tabs at once", () => {
  const kept = new Map<string, string>();
  const [first, second] = [browser(kept), browser(kept)];
  const [one, two] = [new KeptSettings(first.place), new KeptSettings(second.place)];
  one.set({ volume: 80 });
  one.set({ isOn: false });
  second.hear();
  expect(two.now).toEqual({ isOn: false, volume: 80 });
  expect(new KeptSettings(browser(kept).place).now).toEqual({ isOn: false, volume: 80 });
});

it("holds until the page is closed where the browser keeps nothing", () => {
  const settings = new KeptSettings(browser(null).place);
  settings.set({ isOn: false });
  expect(settings.now.isOn).toBe(false);
});
