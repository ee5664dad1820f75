// Frames that come one after the other are taken in together, so that the page is drawn once for all of them. Pure.

import type { Down } from "./wire";

/** Calls back when the page is drawn next, or at once where it is not drawn; never later than that. */
type Later = (take: () => void) => void;

/** Keeps frames of state until the page is drawn; any other frame takes in what was kept before it. */
export class FrameQueue {
  #kept: Down[] = [];

  constructor(
    readonly take: (frame: Down) => void,
    readonly later: Later,
  ) {}

  /** Takes a frame from the link. */
  add(frame: Down): void {
    this.#kept.push(frame);
    if (!isState(frame)) this.#flush();
    else if (this.#kept.length === 1) this.later(() => this.#flush());
  }

  #flush(): void {
    const all = this.#kept;
    this.#kept = [];
    for (const frame of all) {
      try {
        this.take(frame);
      } catch (error) {
        // What went wrong with one frame loses none of the others.
        reportError(error);
      }
    }
  }
}

/** Whether it comes in crowds: chats and people as they are now. */
const isState = ({ type }: Down): boolean =>
  type === "session" || type === "mine" || type === "people" || type === "person.gone";
