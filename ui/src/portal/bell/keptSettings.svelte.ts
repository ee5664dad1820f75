// Keeps the settings of the sound in the browser, for all its tabs and both portals.

import { settingsIn, type SoundSettings } from "./settings";

const KEY = "deskbell.sound";

/** The part of a browser's window that is used here. */
export interface Place {
  readonly localStorage: Pick<Storage, "getItem" | "setItem">;
  addEventListener(kind: "storage", listener: (event: Pick<StorageEvent, "key" | "newValue">) => void): void;
}

/** The settings, kept. */
export class KeptSettings {
  #now = $state.raw<SoundSettings>(settingsIn(null));
  #place: Place;

  constructor(place: Place) {
    this.#place = place;
    try {
      this.#now = settingsIn(place.localStorage.getItem(KEY));
    } catch {
      // A browser may forbid a page to keep anything.
    }
    place.addEventListener("storage", ({ key, newValue }) => {
      if (key === KEY) this.#now = settingsIn(newValue);
    });
  }

  /** What holds now. */
  get now(): SoundSettings {
    return this.#now;
  }

  /** Sets what is named; the rest stays as it is. */
  set(change: Partial<SoundSettings>): void {
    this.#now = { ...this.#now, ...change };
    try {
      this.#place.localStorage.setItem(KEY, JSON.stringify(this.#now));
    } catch {
      // It holds until the page is closed.
    }
  }
}
