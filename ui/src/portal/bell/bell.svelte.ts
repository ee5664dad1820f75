// The bell of a portal page: rings for requests and tells of news, by sound and by notifications of the browser (C12). Asks
// for them at a click. Connects the parts beside it, which decide, to the browser; what rings, the service decides.

import { untrack } from "svelte";
import type { State } from "../../state.svelte";
import type { Down, SessionView } from "../../wire";
import { answerDue, isOffered, ringsSince } from "../technician/lists";
import { abilityOf, type Ability } from "./ability";
import { isClick, type Click } from "./clicks";
import { KeptSettings } from "./keptSettings.svelte";
import { News, type Reader } from "./news";
import { ALL_TAG, TEST_TAG, isOver, notices, testNotice, type Action, type Notice } from "./notices";
import { Rings, type Now, type Ringing } from "./rings";
import { Screen } from "./screen";
import { Sound, type Kind } from "./sound";

/** Longest wait of a timer, in milliseconds: those of browsers run out at once above 24 days. */
const TIMER_MAX_MS = 60 * 60_000;
/** How long the notification of a test stays at most, in milliseconds: long enough to read it twice. */
const TEST_MS = 12_000;
/** After these events browsers let a page play sound. */
const CLICKS = ["pointerup", "keydown"] as const;

/** The part of a portal page that is needed here. */
export interface Page {
  readonly state: State;
  readonly up: boolean;
  /** Whether it is over with this page's connection: signed out, or stopped. */
  readonly isOut: boolean;
  /** Whether somebody can be reading this page. */
  readonly looking: boolean;
  /** The chat that the reader has on the screen. */
  readonly shown: string | null;
  /** The page's clock for spans, in milliseconds. */
  clock(): number;
  /** Whether the user is just leaving or completing this chat. */
  isEnding(session: string): boolean;
  /** The notification of a request is on the screen. */
  ringShown(session: string): void;
  /** Whether the page can ring has changed. */
  canRingChanged(): void;
}

/** What the user did with a notification. Without a session they open the list of those that wait. */
export type Press = { does: Action; session: string } | { does: "open"; session: string | null };

/** The bell. */
export class Bell {
  /** What to do when a notification is clicked: the page sets it. */
  onPress: (press: Press) => void = () => {};
  /** Whether the browser does not let the page play its sound yet. */
  isMute = $state(false);
  /** How it sounds. */
  readonly settings = new KeptSettings(window);

  #page: Page;
  #inApp: boolean;
  #permission = $state<NotificationPermission>("default");
  #hasFailed = $state(false);
  /** Counts what makes the bell look again that is not in the state: time, and beats. */
  #looks = $state(0);
  #screen: Screen | null = null;
  #sound: Sound | null = null;
  #rings = new Rings();
  #news = new News();
  /** What is to be on the screen, by tag. */
  #wanted = new Map<string, Notice>();
  /** The tags of what is there. */
  #onScreen = new Set<string>();
  /** The requests that this connection has confirmed as being on the screen. */
  #confirmed = new Set<string>();
  #lostAt: number | null = null;
  #user: string | null = null;
  #hasCleared = false;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #testEnds: ReturnType<typeof setTimeout> | undefined;

  constructor(page: Page, inApp: boolean) {
    this.#page = page;
    this.#inApp = inApp;
    this.#readPermission();
  }

  /** Whether this page can ring, and why not. */
  get ability(): Ability {
    return abilityOf({
      inApp: this.#inApp,
      hasNotifications: "Notification" in window && "serviceWorker" in navigator && "locks" in navigator,
      permission: this.#permission,
      hasFailed: this.#hasFailed,
    });
  }

  /** What the service is told (C12). */
  get canRing(): boolean {
    return this.ability === "rings";
  }

  /** Follows the state of the page from now on. Call once. */
  start(): void {
    if (this.ability === "app") return;
    this.#watchPermission();
    $effect.root(() => {
      let was = this.canRing;
      $effect(() => {
        const can = this.canRing;
        untrack(() => {
          if (can) this.#begin();
          if (can !== was) this.#page.canRingChanged();
          was = can;
        });
      });
      $effect(() => {
        void this.#looks;
        this.#look();
      });
    });
  }

  /** Asks the browser to allow notifications, and plays the sound. Call at a click of the user. */
  async allow(): Promise<void> {
    this.#sound ??= new Sound();
    // Some browsers allow sound only to what was played at the click itself.
    void this.#sound.try();
    try {
      await Notification.requestPermission();
    } catch {
      // What counts is the permission that is read below.
    }
    this.#readPermission();
    if (this.canRing) await this.#play("ring");
  }

  /** Plays the sound and shows a notification, so that its user knows both. Call at a click of the user. */
  async test(): Promise<void> {
    // Some browsers allow sound only at the click itself.
    const played = this.#play("ring");
    const notice = testNotice(crypto.randomUUID());
    await played;
    try {
      await this.#screen?.show(notice, this.#isQuiet);
      clearTimeout(this.#testEnds);
      this.#testEnds = setTimeout(() => void this.#close(TEST_TAG), TEST_MS);
    } catch {
      this.#readPermission();
    }
  }

  /** A frame has arrived; `before` is the chat that it replaces. Beats come too: a hidden page's own timers may be slow. */
  heard(frame: Down, before: SessionView | undefined): void {
    this.#looks += 1;
    const reader = this.#reader;
    if (!this.canRing || reader === null) return;
    if (frame.type === "session") this.#news.session(before, frame.session, reader);
    if (frame.type === "messages") this.#news.said(frame.session, frame.messages, reader);
  }

  /** The page leaves. */
  leave(): void {
    this.#screen?.leave();
  }

  /** The page that had left is back as it was: its notifications may be gone. */
  back(): void {
    this.#wanted.clear();
    this.#looks += 1;
  }

  get #reader(): Reader | null {
    const { you } = this.#page.state;
    if (you === null) return null;
    const { id, role } = you;
    const { shown, looking } = this.#page;
    // Where no chat is open, a client's page shows what becomes of each, and opens the one that somebody joins.
    const sees = (session: string): boolean => shown === session || (role === "client" && looking && shown === null);
    return { id, role, sees, ends: (session) => this.#page.isEnding(session) };
  }

  #readPermission(): void {
    if ("Notification" in window) this.#permission = Notification.permission;
  }

  #watchPermission(): void {
    const read = (): void => this.#readPermission();
    // Where the browser does not tell of a change, a page finds it out when its user comes back from the settings.
    window.addEventListener("focus", read);
    const permissions = navigator.permissions?.query({ name: "notifications" });
    void permissions?.then((status) => status.addEventListener("change", read)).catch(() => {});
  }

  /** Starts what a page needs that may ring. */
  #begin(): void {
    if (this.#screen !== null) return;
    const screen = new Screen();
    this.#screen = screen;
    screen.started().catch(() => {
      this.#hasFailed = true;
    });
    navigator.serviceWorker.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
      if (isClick(data)) this.#clicked(data);
    });
    this.#sound ??= new Sound();
    // Browsers allow sound only after a click, so try again at each one until it is allowed.
    const clicked = (): void => {
      if (this.isMute) void this.#trySound();
    };
    for (const kind of CLICKS) window.addEventListener(kind, clicked, { capture: true, passive: true });
    void this.#trySound();
  }

  /** Plays a sound, unless its user has turned it off. */
  async #play(kind: Kind): Promise<void> {
    const { isOn, volume } = this.settings.now;
    if (!isOn) return;
    this.#sound ??= new Sound();
    this.isMute = !(await this.#sound.play(kind, volume / 100));
  }

  /** Whether notifications make no sound of the system: the page plays its own, or its user has turned the sound off. */
  get #isQuiet(): boolean {
    return !this.isMute || !this.settings.now.isOn;
  }

  async #trySound(): Promise<void> {
    this.isMute = !((await this.#sound?.try()) ?? false);
  }

  #look(): void {
    const { state, up, isOut } = this.#page;
    const reader = this.#reader;
    if (!this.canRing || reader === null) return;
    if (reader.id !== this.#user) this.#forget(reader.id);
    const now: Now = { page: this.#page.clock(), service: this.#page.clock() + state.clockAhead };
    if (up) this.#lostAt = null;
    else this.#lostAt ??= now.page;
    if (!up) this.#confirmed.clear();
    const schedule = state.policy.ring;
    const goneAt = this.#lostAt === null ? null : this.#lostAt + state.policy.grace_ms;
    // C2: a technician whom others see Offline by now is not offered requests.
    const isGone = isOut || (goneAt !== null && now.page >= goneAt);
    const isLive = up && state.isCurrent;
    this.#rings.renew(isGone ? [] : ringing(state), now, schedule, isLive);
    this.#news.look(reader);
    const wanted = isOut ? [] : notices(state, this.#rings, this.#news);
    const next = [this.#rings.next(now, schedule), isGone ? null : goneAt].filter((at) => at !== null);
    untrack(() => {
      this.#lookAgain(next.length === 0 ? null : Math.min(...next) - now.page);
      if (isLive) this.#clearOld();
      this.#follow(wanted);
    });
  }

  #lookAgain(after: number | null): void {
    clearTimeout(this.#timer);
    if (after === null) return;
    this.#timer = setTimeout(() => (this.#looks += 1), Math.min(Math.max(0, after), TIMER_MAX_MS));
  }

  /** What rang for somebody else is not for the next user. */
  #forget(user: string): void {
    this.#user = user;
    this.#rings = new Rings();
    this.#news = new News();
  }

  /** Makes the screen show what is wanted. */
  #follow(wanted: readonly Notice[]): void {
    const before = this.#wanted;
    this.#wanted = new Map(wanted.map((notice) => [notice.tag, notice]));
    for (const tag of before.keys()) if (!this.#wanted.has(tag)) void this.#close(tag);
    for (const id of this.#confirmed) if (!this.#rings.requests.has(id)) this.#confirmed.delete(id);
    for (const notice of wanted) {
      if (JSON.stringify(notice) !== JSON.stringify(before.get(notice.tag))) void this.#show(notice);
      else if (this.#onScreen.has(notice.tag)) this.#confirm(notice);
    }
  }

  async #show(notice: Notice): Promise<void> {
    try {
      const sounds = (await this.#screen?.show(notice, this.#isQuiet)) ?? false;
      this.#onScreen.add(notice.tag);
      this.#confirm(notice);
      if (sounds && !this.isMute) await this.#play(notice.isLate ? "late" : "ring");
    } catch {
      // The user may have taken the permission back.
      this.#readPermission();
    }
  }

  async #close(tag: string): Promise<void> {
    this.#onScreen.delete(tag);
    try {
      await this.#screen?.close(tag);
    } catch {
      this.#readPermission();
    }
  }

  /** Tells the service which requests are on the screen (C3). */
  #confirm({ tag, session }: Notice): void {
    if (!this.#page.up) return;
    const all = tag === ALL_TAG ? (this.#rings.all?.ids ?? []) : session === null ? [] : [session];
    for (const each of all) {
      if (!this.#rings.requests.has(each) || this.#confirmed.has(each)) continue;
      this.#confirmed.add(each);
      this.#page.ringShown(each);
    }
  }

  /** Once: closes what an earlier page has left on the screen and that is over. */
  #clearOld(): void {
    if (this.#hasCleared) return;
    this.#hasCleared = true;
    const { state } = this.#page;
    const close = async (): Promise<void> => {
      for (const left of (await this.#screen?.all()) ?? []) if (isOver(left.tag, left.session, state)) left.close();
    };
    void close().catch(() => this.#readPermission());
  }

  #clicked({ tag, button, session }: Click): void {
    if (tag === TEST_TAG) return;
    if (session !== null) this.#news.drop(session);
    const requests = ringing(this.#page.state).filter((each) => !each.isReminder);
    const longest = requests.sort((a, b) => a.since - b.since)[0];
    const joined = session ?? longest?.id ?? null;
    if (button === "join" && joined !== null) this.onPress({ does: "join", session: joined });
    else if (isAnswer(button) && session !== null) this.onPress({ does: button, session });
    else this.onPress({ does: "open", session });
    this.#looks += 1;
  }
}

/** Whether it is a button that answers for one chat only. */
function isAnswer(button: string): button is Exclude<Action, "join"> {
  return button === "dismiss" || button === "accept" || button === "decline";
}

/** The chats for which the service wants this page to ring. */
function ringing(state: State): Ringing[] {
  const { you } = state;
  if (you?.role !== "technician") return [];
  return [...state.sessions.values()]
    .filter((session) => state.mineOf(session.id).ring)
    .flatMap((session) => {
      const isCalling = session.status === "waiting" || isOffered(session, you.id);
      const since = isCalling ? ringsSince(session) : answerDue(session, you.id);
      return since === undefined ? [] : [{ id: session.id, since, isReminder: !isCalling }];
    });
}
