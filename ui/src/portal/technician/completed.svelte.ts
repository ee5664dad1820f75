// The chat that this technician has just completed: for a few seconds they can undo it (C9).

/** For how long undoing is offered, in milliseconds. The service takes it for a little longer. */
export const UNDO_MS = 8_000;

/** A chat that was completed a moment ago. */
export interface Completed {
  readonly session: string;
  /** Its client. */
  readonly client: string;
}

/** Remembers the chat that was completed last, for as long as that can be undone. */
export class JustCompleted {
  last = $state.raw<Completed | null>(null);
  #ends: ReturnType<typeof setTimeout> | undefined;

  /** A chat has been completed. */
  note(completed: Completed): void {
    this.last = completed;
    clearTimeout(this.#ends);
    this.#ends = setTimeout(() => this.forget(), UNDO_MS);
  }

  /** It is undone, or that is no longer offered. */
  forget(): void {
    clearTimeout(this.#ends);
    this.last = null;
  }
}
