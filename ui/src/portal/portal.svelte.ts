// A running portal page: connects link, state and activity, and keeps the page's own state: the open chat, messages being
// sent, notices for the user, the bell. The views read it and call its methods. Decides nothing that the service decides.

import { noDevice, watchInput, type Source } from "../activity";
import { Attachments } from "../attachments.svelte";
import { Clock } from "../clock";
import { FrameQueue } from "../frames";
import { Link, SUBPROTOCOL, type Answered, type Intent, type Status } from "../link";
import { Drafts, draftKey, type DraftKind } from "../drafts";
import { Outbox, isWritten, type Kept, type Written } from "../outbox";
import { shelf } from "../shelf";
import { State } from "../state.svelte";
import { refusal } from "../refusal";
import { uploadTo } from "../upload";
import { files, sendFailed } from "../words";
import type { Down, PreferenceChange } from "../wire";
import { Bell } from "./bell/bell.svelte";
import { CONNECT_PATH, PORTAL_PATH, browserName, nextFrame, serviceTime, wireSocket } from "./browser";
import { Navigation } from "./navigation.svelte";

/** How long a notice to the user is shown, in milliseconds: long enough to read it twice. */
const NOTICE_MS = 12_000;
/** How long a loss is not shown, in milliseconds: a notice that disappears before anybody can read it would only make pages jump. */
const UNMENTIONED_MS = 700;
/** How often clocks on the page are updated, in milliseconds: twice a second, so that no second is skipped. */
const TICK_MS = 500;
const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** A message that is being sent. */
export interface Sending {
  id: string;
  text: string;
}

export class Portal {
  state = new State();
  status = $state.raw<Status>({ is: "connecting" });
  /** Whether there has been a connection: before the first one, nothing can be lost. */
  wasUp = $state(false);
  /** Whether the connection has been gone for long enough to say so. */
  isLost = $state(false);
  /** Since when the connection is gone, by the service's clock; null while it is there. What is known of others was true then. */
  lostSince = $state<number | null>(null);
  /** This page's clock for durations, updated with each tick. */
  ticked = $state(0);
  /** A notice that is shown for a while. */
  notice = $state<string | null>(null);
  /** Whether somebody can be reading this page. */
  looking = $state(isLooking());
  /** Whether the layout shows something else in place of the open chat. */
  isCovered = $state(false);
  /** The preference that is being set. */
  wished = $state.raw<PreferenceChange | null>(null);
  /** Messages being sent, by chat. */
  sending = $state.raw<Readonly<Record<string, readonly Sending[]>>>({});
  /** The intent that is pending for each chat: its buttons wait for the answer. */
  asking = $state.raw<Readonly<Record<string, Intent["type"]>>>({});

  /** Whether older chats are being asked for. */
  askingMore = $state(false);

  /** Text that was written but not sent: it reappears when the chat is opened again. */
  readonly #drafts = new Drafts(shelf(() => localStorage));

  /** Where the page is. */
  readonly navigation = new Navigation(window);

  /** Rings, and tells of news. */
  readonly bell: Bell;

  /** Files that are about to be sent, or on their way. */
  readonly attachments = new Attachments({
    upload: uploadTo(PORTAL_PATH),
    mostBytes: () => this.state.policy.file_bytes,
    tell: (text) => this.tell(text),
  });

  #clock = new Clock();
  #second = $derived(Math.floor(this.now / SECOND_MS) * SECOND_MS);
  #minute = $derived(Math.floor(this.now / MINUTE_MS) * MINUTE_MS);
  #frames = new FrameQueue((frame) => this.#take(frame), nextFrame);
  #link: Link;
  #source: Source;
  #outbox = new Outbox(shelf(() => sessionStorage));
  #noticeEnds: ReturnType<typeof setTimeout> | undefined;
  #lossShows: ReturnType<typeof setTimeout> | undefined;
  #wishes = 0;
  #opened: { chat: string; connection: number } | null = null;
  #connection = 0;
  /** Chats that this page has left or completed. */
  #ending = new Set<string>();

  /** `inApp`: this page is in the app's window, whose agent is the device. */
  constructor(readonly inApp: boolean) {
    this.ticked = this.#clock.now();
    this.bell = new Bell(this, inApp);
    this.#source = inApp ? noDevice(this.#clock) : watchInput(window, this.#clock, () => this.#activityChanged());
    this.#clock.onJump = () => void serviceTime().then((time) => this.#clock.settle(time));
    this.#clock.onGap = () => this.#woke();
    this.#link = new Link({
      open: () => wireSocket(CONNECT_PATH, SUBPROTOCOL),
      activity: () => this.#source.current(),
      canRing: () => this.bell.canRing,
      app: { name: "portal", version: __VERSION__, device: browserName(navigator.userAgent) },
      instance: crypto.randomUUID(),
      now: () => this.#clock.now(),
      random: () => Math.random(),
      changed: (status) => {
        this.status = status;
        if (status.is === "signed_out") {
          this.#drafts.clear();
          this.attachments.clear();
        }
        this.#mentionLoss();
      },
      received: (frame) => this.#frames.add(frame),
    });
  }

  /** The service's time, as this page estimates it. */
  get now(): number {
    return this.ticked + this.state.clockAhead;
  }

  /** The same, only as often as the second changes: for the rows of a list, each of which shows how long it has waited. */
  get second(): number {
    return this.#second;
  }

  /** The same, only as often as the minute changes: for times of day, which need no more. */
  get minute(): number {
    return this.#minute;
  }

  /** This machine's clock: for the age of what is stored over a reload, with which every other clock begins again. */
  get localNow(): number {
    return Date.now();
  }

  /** The open chat. */
  get open(): string | null {
    return this.navigation.route.chat;
  }

  /** Opens a chat, or none. */
  show(chat: string | null): void {
    this.navigation.go({ chat });
  }

  /** Whether the reader has the open chat on the screen (C8). */
  get reading(): boolean {
    return this.looking && !this.isCovered;
  }

  /** The chat that the reader has on the screen, if it is one of the technician's. */
  get shown(): string | null {
    return this.reading ? this.open : null;
  }

  /** Whether the connection has ended for good: signed out, or opened elsewhere. */
  get isOut(): boolean {
    return this.status.is === "signed_out" || this.status.is === "stopped";
  }

  /** Whether the connection is up. */
  get up(): boolean {
    return this.status.is === "up";
  }

  /** Connects, and watches window and network from now on. Call once. */
  start(): void {
    const look = (): void => {
      this.looking = isLooking();
      this.ticked = this.#clock.now();
      if (document.visibilityState === "visible") this.#link.hurry();
    };
    for (const kind of ["focus", "blur"]) window.addEventListener(kind, look);
    document.addEventListener("visibilitychange", look);
    // The app saves what its window downloads, and says where it went.
    window.addEventListener("deskbell.saved", ({ detail }) => this.tell(files.afterSaving(detail)));
    window.addEventListener("popstate", () => this.navigation.follow());
    window.addEventListener("online", () => this.#link.hurry());
    window.addEventListener("offline", () => this.#link.lost());
    window.addEventListener("pagehide", () => {
      this.#link.leave();
      this.bell.leave();
    });
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      this.bell.back();
      this.#link.connect();
    });
    setInterval(() => {
      if (document.visibilityState === "visible") this.ticked = this.#clock.now();
    }, TICK_MS);
    this.bell.start();
    this.#link.connect();
  }

  /** Tries the connection at once: its user asks for it. */
  retry(): void {
    this.#link.hurry();
  }

  #take(frame: Down): void {
    const gap = frame.type === "messages" && this.#leavesGap(frame.session, frame.messages[0]?.number);
    const before = frame.type === "session" ? this.state.sessions.get(frame.session.id) : undefined;
    if (frame.type === "welcome") this.#clock.settle(frame.now);
    this.state.receive(frame, this.#clock.now());
    if (frame.type === "welcome") this.#welcomed();
    if (frame.type === "welcome" || frame.type === "policy") {
      this.#source.setIdleAfter(frame.policy.idle_after_ms);
    }
    if (frame.type === "messages" && gap) this.#readAgain(frame.session);
    this.bell.heard(frame, before);
  }

  /** Ends the sign-in of this browser, or of the app whose window this is. The service then closes the connection. */
  signOut(): Promise<Answered> {
    return this.#link.intend({ type: "device.sign_out", id: crypto.randomUUID() });
  }

  /** Reconnects after a new sign-in. */
  again(): void {
    this.#link.again();
  }

  /** Tells the user something, for a while. */
  tell(text: string): void {
    this.notice = text;
    clearTimeout(this.#noticeEnds);
    this.#noticeEnds = setTimeout(() => {
      this.notice = null;
    }, NOTICE_MS);
  }

  /** Sends an intent about a chat, and remembers it until the answer. */
  async ask(session: string, frame: Intent): Promise<Answered> {
    this.notice = null;
    this.asking = { ...this.asking, [session]: frame.type };
    if (frame.type === "chat.leave" || frame.type === "chat.complete") this.#ending.add(session);
    const answer = await this.#intend(frame);
    if (answer.type !== "ok") this.#ending.delete(session);
    const { [session]: _, ...rest } = this.asking;
    this.asking = rest;
    return answer;
  }

  /** Shows a refusal; returns whether there was one. */
  refused(answer: Answered): boolean {
    if (answer.type === "error") this.tell(refusal(answer));
    if (answer.type === "lost") this.tell(sendFailed);
    return answer.type !== "ok";
  }

  /** Answers an invitation (clients, C7). */
  async answer(session: string, type: "chat.accept" | "chat.decline"): Promise<void> {
    const isRefused = this.refused(await this.ask(session, { type, id: crypto.randomUUID(), session }));
    if (!isRefused && type === "chat.accept") this.show(session);
  }

  /** Sets the preference (technicians, P7). */
  async prefer(preference: PreferenceChange): Promise<void> {
    const wish = (this.#wishes += 1);
    this.wished = preference;
    this.refused(await this.#link.intend({ type: "prefer", id: crypto.randomUUID(), preference, set_ago_ms: 0 }));
    if (wish === this.#wishes) this.wished = null;
  }

  /** Sends a message in a chat; the text is shown as being sent until it is answered (C8). Returns whether it was accepted. */
  async say(session: string, text: string, id: string = crypto.randomUUID()): Promise<boolean> {
    this.sending = { ...this.sending, [session]: [...(this.sending[session] ?? []), { id, text }] };
    const isRefused = this.refused(await this.#intend({ type: "chat.message", id, session, text }));
    const left = (this.sending[session] ?? []).filter((each) => each.id !== id);
    this.sending = { ...this.sending, [session]: left };
    return !isRefused;
  }

  /** Says that the user is writing in a chat, or no longer does, if the organisation shows it. */
  typing(session: string, typing: boolean): void {
    if (this.state.policy.typing) this.#link.tell({ type: "chat.typing", session, typing });
  }

  /** What the user has written and not sent, in a chat or another thing with an id. */
  draft(of: string, is: DraftKind = "message"): string {
    return this.#drafts.get(this.state.you?.id ?? "", draftKey(of, is));
  }

  /** Keeps what the user has written, until it is sent; an empty text is forgotten. */
  keepDraft(of: string, text: string, is: DraftKind = "message"): void {
    this.#drafts.put(this.state.you?.id ?? "", draftKey(of, is), text);
  }

  /** Intents that were written on this page before it was reloaded, and were not answered. */
  unanswered<T extends Written["type"]>(type: T): (Kept & { frame: Extract<Written, { type: T }> })[] {
    const all = this.#outbox.of(this.state.you?.id ?? "");
    return all.filter((kept): kept is Kept & { frame: Extract<Written, { type: T }> } => kept.frame.type === type);
  }

  /** Asks for older chats that the service has not sent yet: missed requests and callbacks (technicians), or completed ones (clients). */
  async askMore(): Promise<void> {
    if (this.askingMore) return;
    this.askingMore = true;
    const connection = this.#connection;
    const answer = await this.#link.intend({ type: "chat.more", id: crypto.randomUUID() });
    this.askingMore = false;
    // A later connection has begun with the newest ones again: an answer that was lost is not missed.
    if (answer.type === "error") this.tell(refusal(answer));
    if (answer.type === "ok" && connection === this.#connection) this.state.more = answer.more ?? 0;
  }

  /** Asks for the messages of a chat, once a connection. */
  read(session: string): void {
    if (!this.up || (this.#opened?.chat === session && this.#opened.connection === this.#connection)) return;
    this.#opened = { chat: session, connection: this.#connection };
    void this.#link.intend({
      type: "chat.open",
      id: crypto.randomUUID(),
      session,
      after: this.state.known(session),
    });
  }

  /** Asks for the private notes of a chat, and for new ones from then on (technicians). */
  async readNotes(session: string): Promise<void> {
    const after = this.state.notes.get(session)?.at(-1)?.number ?? 0;
    this.refused(await this.#link.intend({ type: "chat.notes", id: crypto.randomUUID(), session, after }));
  }

  /** What a chat is that this page does not know; null if nobody can say now. */
  async find(session: string): Promise<"over" | "not_found" | null> {
    const answer = await this.#link.intend({ type: "chat.open", id: crypto.randomUUID(), session, after: 0 });
    switch (answer.type) {
      case "ok":
        return "over";
      case "error":
        return "not_found";
      case "lost":
        return null;
    }
  }

  /** Adds or changes one of the user's own canned replies (technicians). */
  putReply(reply: string, name: string, text: string): Promise<Answered> {
    return this.#link.intend({ type: "reply.put", id: crypto.randomUUID(), reply, name, text });
  }

  /** Removes one of them. */
  removeReply(reply: string): Promise<Answered> {
    return this.#link.intend({ type: "reply.remove", id: crypto.randomUUID(), reply });
  }

  /** Reports which chat the reader has on the screen (C8). */
  showing(session: string | null): void {
    this.#link.tell(session === null ? { type: "chat.visible" } : { type: "chat.visible", session });
  }

  /** Reports up to which message a chat was seen. */
  seen(session: string, number: number): void {
    this.#link.tell({ type: "chat.seen", session, number });
  }

  /** The page's clock for spans, in milliseconds. */
  clock(): number {
    return this.#clock.now();
  }

  /** Whether this page ends a chat itself. */
  isEnding(session: string): boolean {
    return this.#ending.has(session);
  }

  /** Confirms that the notification of a request is on the screen (C3). */
  ringShown(session: string): void {
    this.#link.tell({ type: "ring.shown", session });
  }

  /** Whether the page can ring has changed: `hello` says it, so the page connects again. */
  canRingChanged(): void {
    if (this.status.is === "up" || this.status.is === "connecting") this.#link.again();
  }

  /** Requests, messages and callbacks are kept until they are answered, even across a reload. */
  async #intend(frame: Intent): Promise<Answered> {
    const person = this.state.you?.id;
    if (person !== undefined && isWritten(frame)) this.#outbox.put({ frame, person, at: this.localNow });
    const answer = await this.#link.intend(frame);
    this.#outbox.drop(frame.id);
    return answer;
  }

  /** Sends the messages that a reload has cut off; the views of requests do the same for theirs. */
  #sayUnanswered(): void {
    for (const { frame } of this.unanswered("chat.message")) {
      void this.say(frame.session, frame.text, frame.id).then((isTaken) => {
        if (!isTaken) this.keepDraft(frame.session, frame.text);
      });
    }
  }

  #mentionLoss(): void {
    if (this.up) {
      clearTimeout(this.#lossShows);
      this.#lossShows = undefined;
      this.isLost = false;
      this.lostSince = null;
    } else {
      this.lostSince ??= this.#clock.now() + this.state.clockAhead;
      this.#lossShows ??= setTimeout(() => (this.isLost = true), UNMENTIONED_MS);
    }
  }

  #welcomed(): void {
    if (!this.wasUp) this.#sayUnanswered();
    this.wasUp = true;
    this.attachments.hurry();
    this.#connection += 1;
    if (this.state.you?.role !== "technician") return;
    this.#link.tell({ type: "people.watch" });
    void this.#link.intend({ type: "reply.list", id: crypto.randomUUID() });
  }

  /** After a sleep, earlier activity no longer counts, and old sockets count as dead (P4, P11). */
  #woke(): void {
    this.#source.wake(this.#clock.now());
    // The code that noticed it may be about to answer on the old socket.
    queueMicrotask(() => this.#link.woke());
  }

  #activityChanged(): void {
    if (!this.up) return;
    void this.#link.intend({ type: "activity", id: crypto.randomUUID(), activity: this.#source.current() });
  }

  #leavesGap(session: string, first: number | undefined): boolean {
    return first !== undefined && first > this.state.known(session) + 1;
  }

  /** Messages that would leave a gap are not accepted: asks for those from the gap on. */
  #readAgain(session: string): void {
    if (this.#opened?.chat !== session) return;
    this.#opened = null;
    this.read(session);
  }
}

function isLooking(): boolean {
  return document.visibilityState === "visible" && document.hasFocus();
}
