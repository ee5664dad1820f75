// What the client's page shows: the form, or one of the client's chats, from a waiting request to one that has just ended. Works it out
// from the route and the sessions and from the page's own requests, so that a request appears from the click on, answered or not.

import type { DraftKind } from "../../drafts";
import type { Answered, Intent } from "../../link";
import type { Kept, Written } from "../../outbox";
import type { State } from "../../state.svelte";
import type { SessionView } from "../../wire";

/** A request that a reload cut off goes out again within this time, in milliseconds; later it stands in the form, since
 * a client who comes back after lunch may not want it any more. */
export const REQUEST_LIVES_MS = 10 * 60_000;

type Request = Extract<Written, { type: "chat.request" }>;

/** The part of a portal page that is needed here. */
export interface Page {
  readonly state: State;
  readonly now: number;
  /** By this machine's clock. */
  readonly localNow: number;
  /** The open chat. */
  readonly open: string | null;
  /** Opens a chat, or none. */
  show(chat: string | null): void;
  unanswered<T extends Written["type"]>(type: T): (Kept & { frame: Extract<Written, { type: T }> })[];
  ask(session: string, frame: Intent): Promise<Answered>;
  refused(answer: Answered): boolean;
  /** What the client has written and not sent. */
  draft(of: string, is: DraftKind): string;
  keepDraft(of: string, text: string, is: DraftKind): void;
}

/** Under what the form for a new chat is kept, which has no id yet. */
const NEW = "new";

/** A chat of the client's as the page shows it. */
export type Chat =
  | { is: "waiting"; id: string; since: number; session: SessionView | null }
  | { is: "talking"; session: SessionView }
  | { is: "ended"; session: SessionView }
  | { is: "called"; session: SessionView | null; id: string };

/** What the client's page shows: a chat, or the form to ask for one. */
export type Stage = { is: "asking" } | Chat;

/** The id of a chat. */
export const idOf = (chat: Chat): string =>
  chat.is === "waiting" || chat.is === "called" ? chat.id : chat.session.id;

const isEarlier = ({ status, kind, participants }: SessionView): boolean =>
  status === "abandoned" || (status === "completed" && (kind === "request" || participants.length > 0));

/** The client's side of their chats. */
export class ClientChat {
  /** Requests of this page that the service has not sent back yet, in the order in which they were made; `since` by the service's clock. */
  #requests = $state.raw<readonly { id: string; since: number }[]>([]);
  /** Chats that this page has shown as waiting or in progress: only their end is reported. */
  #followed = $state.raw<ReadonlySet<string>>(new Set());
  /** Ended chats that the client has left on this page. */
  #behind = $state.raw<ReadonlySet<string>>(new Set());
  /** The phone number that was given on this page, by chat. */
  #phones = $state.raw<Readonly<Record<string, string>>>({});

  #portal: Page;

  constructor(portal: Page) {
    this.#portal = portal;
    this.#goOn();
  }

  /** Continues a request that a reload has cut off. */
  #goOn(): void {
    for (const { frame, at } of this.#portal.unanswered("chat.request")) {
      const age = Math.max(0, this.#portal.localNow - at);
      if (age < REQUEST_LIVES_MS) {
        void this.#requestBy(frame, this.#portal.now - age).then(() => this.#forgetOver(frame.id));
      } else {
        this.#keep(frame);
      }
    }
    for (const { frame } of this.#portal.unanswered("chat.callback")) void this.#call(frame);
  }

  /** What stands in the form for a new chat: what was written there, or a request that was refused. */
  get draft(): { subject: string; reference: string } {
    return { subject: this.#portal.draft(NEW, "subject"), reference: this.#portal.draft(NEW, "reference") };
  }

  set draft({ subject, reference }: { subject: string; reference: string }) {
    this.#portal.keepDraft(NEW, subject, "subject");
    this.#portal.keepDraft(NEW, reference, "reference");
  }

  /** What to show now. */
  get stage(): Stage {
    const id = this.#portal.open;
    const over = this.earlier.find((each) => each.id === id);
    return this.all.find((each) => idOf(each) === id) ?? (over ? { is: "ended", session: over } : { is: "asking" });
  }

  /** Chats that are over, the newest first; an invitation that was not accepted was no chat. */
  get earlier(): SessionView[] {
    const all = [...this.#portal.state.sessions.values()].filter(isEarlier);
    return all.sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
  }

  /** The client's chats that this page knows, the newest first. */
  get all(): Chat[] {
    const { sessions } = this.#portal.state;
    const sorted = [...sessions.values()].sort((a, b) => b.created - a.created || (a.id < b.id ? 1 : -1));
    const known = sorted.flatMap((session) => this.#shown(session) ?? []);
    const asked = this.#requests.filter(({ id }) => !sessions.has(id)).map((request): Chat =>
      this.#phones[request.id] === undefined
        ? { is: "waiting", ...request, session: null }
        : { is: "called", session: null, id: request.id },
    );
    return [...asked.reverse(), ...known];
  }

  #shown(session: SessionView): Chat | null {
    const { id } = session;
    switch (session.status) {
      case "invited":
        return null;
      case "handled":
        return { is: "talking", session };
      case "waiting":
        if (this.#behind.has(id)) return null;
        return this.#phones[id] === undefined
          ? { is: "waiting", id, since: session.waiting_since, session }
          : { is: "called", session, id };
      case "callback":
        return { is: "called", session, id };
      case "abandoned":
      case "completed":
        return this.#followed.has(id) && !this.#behind.has(id) ? { is: "ended", session } : null;
    }
  }

  /** Opens the newest chat of a page that was opened without one. Call once, when everything is known. */
  begin(): void {
    const newest = this.all[0];
    if (this.#portal.open === null && newest !== undefined) this.#portal.show(idOf(newest));
  }

  /** The phone number to call, as the service or this page knows it. */
  phone(id: string): string | null {
    return this.#portal.state.sessions.get(id)?.callback?.phone ?? this.#phones[id] ?? null;
  }

  /** Remembers that the client has seen this chat in progress; from then on only the service decides. */
  follow(id: string): void {
    if (this.#portal.state.sessions.has(id)) this.#drop(id);
    if (!this.#followed.has(id)) this.#followed = new Set([...this.#followed, id]);
  }

  /** Asks for a chat (C1). The session gets the intent's id. */
  async ask(subject: string, reference: string | undefined): Promise<void> {
    const frame: Request = { type: "chat.request", id: crypto.randomUUID(), subject };
    await this.#requestBy(reference === undefined ? frame : { ...frame, reference }, this.#portal.now);
  }

  async #requestBy(frame: Request, since: number): Promise<void> {
    this.#requests = [...this.#requests, { id: frame.id, since }];
    this.#keep(frame);
    this.#portal.show(frame.id);
    if (!this.#portal.refused(await this.#portal.ask(frame.id, frame))) {
      this.draft = { subject: "", reference: "" };
    } else if (this.#drop(frame.id)) {
      this.#close(frame.id);
    }
  }

  /** It may have been accepted before the reload and be over by now: then the service no longer sends its session. */
  #forgetOver(id: string): void {
    if (this.#portal.state.sessions.has(id) || !this.#drop(id)) return;
    this.#close(id);
  }

  /** Forgets a request of this page; returns whether it was one. */
  #drop(id: string): boolean {
    const rest = this.#requests.filter((each) => each.id !== id);
    if (rest.length === this.#requests.length) return false;
    this.#requests = rest;
    return true;
  }

  #keep({ subject, reference }: Request): void {
    this.draft = { subject, reference: reference ?? "" };
  }

  /** Leaves the queue, or ends the chat. */
  async leave(id: string, isWaiting: boolean): Promise<void> {
    if (isWaiting) this.putBehind(id);
    this.#portal.refused(await this.#portal.ask(id, { type: "chat.leave", id: crypto.randomUUID(), session: id }));
  }

  /** Asks to be called instead of waiting (C5). */
  async callMe(id: string, phone: string, note: string | undefined): Promise<void> {
    const frame = { type: "chat.callback", id: crypto.randomUUID(), session: id, phone } as const;
    await this.#call(note === undefined ? frame : { ...frame, note });
  }

  /** No longer asks to be called (C5). */
  async cancelCallback(id: string): Promise<void> {
    const frame = { type: "chat.cancel_callback", id: crypto.randomUUID(), session: id } as const;
    if (!this.#portal.refused(await this.#portal.ask(id, frame))) this.putBehind(id);
  }

  async #call(frame: Extract<Written, { type: "chat.callback" }>): Promise<void> {
    const id = frame.session;
    this.#phones = { ...this.#phones, [id]: frame.phone };
    if (!this.#portal.refused(await this.#portal.ask(id, frame))) return this.forgetCallDraft(id);
    const { [id]: _, ...rest } = this.#phones;
    this.#phones = rest;
  }

  /** Forgets the number and the note that were written to be called. */
  forgetCallDraft(id: string): void {
    this.#portal.keepDraft(id, "", "phone");
    this.#portal.keepDraft(id, "", "call-note");
  }

  /** Leaves an ended chat: the page shows the form again. */
  putBehind(id: string): void {
    this.#behind = new Set([...this.#behind, id]);
    this.#drop(id);
    this.#close(id);
  }

  #close(id: string): void {
    if (this.#portal.open === id) this.#portal.show(null);
  }
}
