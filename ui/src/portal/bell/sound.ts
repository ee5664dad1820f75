// The sounds of the bell. Browsers let a page play sound only once its user has clicked on it or pressed a key; whether they do
// is known by trying.

import late from "./late.wav";
import ring from "./ring.wav";

/** The usual sound, and a louder one with one more stroke. */
export type Kind = "ring" | "late";

/** The sounds, and whether the browser lets the page play them. */
export class Sound {
  #audio: Readonly<Record<Kind, HTMLAudioElement>> = { ring: new Audio(ring), late: new Audio(late) };
  #last: Promise<boolean> = Promise.resolve(false);

  /** Plays one, at a volume from 0 to 1; false if the browser does not. */
  play(kind: Kind, volume: number): Promise<boolean> {
    const audio = this.#audio[kind];
    audio.volume = volume;
    audio.currentTime = 0;
    this.#last = audio.play().then(
      () => true,
      () => false,
    );
    return this.#last;
  }

  /** Finds out whether the page may play them, without anybody hearing it. Some browsers allow each of them on its own. */
  async try(): Promise<boolean> {
    const all = Object.values(this.#audio);
    if (all.some((audio) => !audio.paused)) return this.#last;
    const tried = await Promise.all([this.play("ring", 0), this.play("late", 0)]);
    return tried.every((may) => may);
  }
}
