// Files that a user is about to send in chats, or that are on their way. One goes at a time, in the order in which they were sent. One that
// gets no answer is kept and tried again under the same id, which is harmless. Knows no page and no request.

import { files as words } from "./words";

/** How a file was taken in. */
export type Uploaded =
  | { is: "done" }
  /** The service's words; `isFinal`: trying again cannot help. */
  | { is: "refused"; message: string; isFinal: boolean; retryAfterMs?: number }
  | { is: "no_answer" }
  /** The file itself can no longer be read: it was moved, or it is a folder. */
  | { is: "unreadable" };

/** Sends a file; `progressed` is told which part of it has gone, from 0 to 1. */
export type Upload = (
  session: string,
  id: string,
  file: File,
  signal: AbortSignal,
  progressed: (part: number) => void,
) => Promise<Uploaded>;

/** Where a file is on its way. */
export type Stage =
  | { is: "ready" }
  /** It goes once the text that was sent with it has been stored. */
  | { is: "after_text" }
  | { is: "sending"; part: number }
  /** It is tried again soon; `why` in the service's words, null if the service did not answer. */
  | { is: "waiting"; why: string | null }
  | { is: "failed"; why: string; canRetry: boolean };

/** A file of a chat that has not been sent yet. */
export interface Attachment {
  id: string;
  file: File;
  /** The address of a preview in this page, for pictures. */
  preview: string | null;
  stage: Stage;
}

/** Most files that wait in one chat: more than anybody means to send. */
export const MOST = 10;
/** How long a file waits before it is tried again, in milliseconds. */
export const AGAIN_MS = 5_000;
/** How often a file that the service refuses for the moment is tried before its user has to ask for more. */
const TRIES = 5;
/** What every browser shows; the service decides by the content. */
const PICTURES = ["image/png", "image/jpeg", "image/gif", "image/webp"];

interface Facts {
  upload: Upload;
  /** Largest file that the service takes, in bytes. */
  mostBytes: () => number;
  tell: (text: string) => void;
}

/** The files of all chats of a page. */
export class Attachments {
  #all = $state.raw<Readonly<Record<string, readonly Attachment[]>>>({});
  #facts: Facts;
  #current: { id: string; abort: AbortController } | null = null;
  #tries = new Map<string, number>();
  #again: ReturnType<typeof setTimeout> | undefined;

  constructor(facts: Facts) {
    this.#facts = facts;
  }

  /** The files of a chat, in the order in which they were added. */
  of(session: string): readonly Attachment[] {
    return this.#all[session] ?? [];
  }

  /** Puts files beside what is being written; they go with the next Send. */
  add(session: string, added: readonly File[]): void {
    const room = Math.max(0, MOST - this.of(session).length);
    if (added.length > room) this.#facts.tell(words.tooMany(MOST));
    for (const file of added.slice(0, room)) {
      const why = this.#refused(file);
      const stage: Stage = why === null ? { is: "ready" } : { is: "failed", why, canRetry: false };
      const preview = why === null && PICTURES.includes(file.type) ? URL.createObjectURL(file) : null;
      this.#put(session, [...this.of(session), { id: crypto.randomUUID(), file, preview, stage }]);
    }
  }

  /** Removes a file, or stops sending it. */
  remove(session: string, id: string): void {
    const gone = this.#find(session, id);
    if (gone?.preview != null) URL.revokeObjectURL(gone.preview);
    this.#put(session, this.of(session).filter((each) => each.id !== id));
    this.#tries.delete(id);
    if (this.#current?.id === id) this.#current.abort.abort();
  }

  /** Sends the files that are ready, after the text that goes with them if there is one; returns whether there are any. */
  send(session: string, text?: Promise<boolean>): boolean {
    const ready = this.of(session).filter((each) => each.stage.is === "ready");
    const put = (from: Stage["is"], to: Stage): void => {
      for (const { id } of ready) if (this.#find(session, id)?.stage.is === from) this.#stage(session, id, to);
      this.#next();
    };
    if (text === undefined) {
      put("ready", { is: "sending", part: 0 });
    } else {
      put("ready", { is: "after_text" });
      // A refused text goes back to its writer, and its files stay beside it.
      void text.then((isStored) => put("after_text", isStored ? { is: "sending", part: 0 } : { is: "ready" }));
    }
    return ready.length > 0;
  }

  /** Tries one again whose user asks for it. */
  retry(session: string, id: string): void {
    this.#tries.delete(id);
    this.#stage(session, id, { is: "sending", part: 0 });
    this.#next();
  }

  /** There is a connection again: what waits is tried at once. */
  hurry(): void {
    clearTimeout(this.#again);
    for (const [session, files] of Object.entries(this.#all)) {
      for (const { id, stage } of files) if (stage.is === "waiting") this.#stage(session, id, { is: "sending", part: 0 });
    }
    this.#next();
  }

  /** Forgets all: their user has signed out. */
  clear(): void {
    for (const [session, files] of Object.entries(this.#all)) for (const { id } of files) this.remove(session, id);
  }

  #refused(file: File): string | null {
    if (file.size === 0) return words.empty;
    return file.size > this.#facts.mostBytes() ? words.tooLarge(this.#facts.mostBytes()) : null;
  }

  #next(): void {
    if (this.#current !== null) return;
    for (const [session, files] of Object.entries(this.#all)) {
      const next = files.find((each) => each.stage.is === "sending");
      if (next !== undefined) return void this.#go(session, next);
    }
  }

  async #go(session: string, { id, file }: Attachment): Promise<void> {
    const abort = new AbortController();
    this.#current = { id, abort };
    const progressed = (part: number): void => this.#stage(session, id, { is: "sending", part });
    const uploaded = await this.#facts.upload(session, id, file, abort.signal, progressed);
    this.#current = null;
    if (!abort.signal.aborted) this.#uploaded(session, id, uploaded);
    this.#next();
  }

  #uploaded(session: string, id: string, uploaded: Uploaded): void {
    switch (uploaded.is) {
      case "done":
        return this.remove(session, id);
      case "unreadable":
        return this.#stage(session, id, { is: "failed", why: words.unreadable, canRetry: false });
      case "no_answer":
        return this.#wait(session, id, AGAIN_MS, null);
      case "refused": {
        const tries = (this.#tries.get(id) ?? 0) + 1;
        this.#tries.set(id, tries);
        if (!uploaded.isFinal && tries < TRIES) {
          return this.#wait(session, id, uploaded.retryAfterMs ?? AGAIN_MS, uploaded.message);
        }
        return this.#stage(session, id, { is: "failed", why: uploaded.message, canRetry: !uploaded.isFinal });
      }
    }
  }

  #wait(session: string, id: string, ms: number, why: string | null): void {
    this.#stage(session, id, { is: "waiting", why });
    clearTimeout(this.#again);
    this.#again = setTimeout(() => this.hurry(), ms);
  }

  #find(session: string, id: string): Attachment | undefined {
    return this.of(session).find((each) => each.id === id);
  }

  #stage(session: string, id: string, stage: Stage): void {
    this.#put(session, this.of(session).map((each) => (each.id === id ? { ...each, stage } : each)));
  }

  #put(session: string, files: readonly Attachment[]): void {
    const { [session]: _, ...rest } = this.#all;
    this.#all = files.length === 0 ? rest : { ...rest, [session]: files };
  }
}
