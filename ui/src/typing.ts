// When a page says that its user is writing in a chat. Pure: it is told what is in the composer and what time it is.

/** How often a user who goes on writing is reported, in milliseconds: half of the time after which the service forgets it. */
export const TYPING_REPEAT_MS = 3000;

/** What one composer has reported. */
export class TypingReport {
  #reported: number | null = null;

  /** The user has changed the text. Returns what to report now: that they are writing, that they are not, or nothing. */
  changed(text: string, now: number): boolean | null {
    if (text.trim() === "") return this.stopped();
    if (this.#reported !== null && now - this.#reported < TYPING_REPEAT_MS) return null;
    this.#reported = now;
    return true;
  }

  /** The message is sent, or the composer closed. Returns what to report, as above. */
  stopped(): boolean | null {
    if (this.#reported === null) return null;
    this.#reported = null;
    return false;
  }
}
