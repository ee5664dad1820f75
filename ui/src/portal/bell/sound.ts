// The sound of a ring. Browsers let a page play sound only once its user has clicked on it or pressed a key; whether they do
// is known by trying.

import ring from "./ring.wav";

/** The sound, and whether the browser lets the page play it. */
export class Sound {
  #audio = new Audio(ring);
  #last: Promise<boolean> = Promise.resolve(false);

  /** Plays it; false if the browser does not. */
  play(): Promise<boolean> {
    return this.#playAt(1);
  }

  /** Finds out whether the page may play it, without anybody hearing it. */
  try(): Promise<boolean> {
    return this.#audio.paused ? this.#playAt(0) : this.#last;
  }

  #playAt(volume: number): Promise<boolean> {
    this.#audio.volume = volume;
    this.#audio.currentTime = 0;
    this.#last = this.#audio.play().then(
      () => true,
      () => false,
    );
    return this.#last;
  }
}
