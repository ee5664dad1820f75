// The page's end of the connection: `deskbell.v1+json` over a WebSocket. Frames from the service go out to the owner,
// intents come in and are kept and repeated under the same id until they are answered. Knows no page, and not what any
// state means; its owner works out the state after a reconnect (`state.svelte.ts`).

import { Backoff, CAP_LATE_MS } from "./backoff";
import { nextAfter } from "./close";
import { Pending, type Answered, type Intent } from "./pending";
import { cleanValue } from "./displayText";
import type { Activity, App, Down, Up } from "./wire";

export type { Answered, Intent } from "./pending";

/** The WebSocket sub-protocol of this version. */
export const SUBPROTOCOL = "deskbell.v1+json";
/** After this much silence the connection counts as dead, in milliseconds: two beats and some slack. */
export const SILENCE_MS = 35_000;
/** How long a connection may take until `welcome`, in milliseconds: do not wait for a frozen network. */
export const WELCOME_MS = 15_000;
/**
 * Two closes with 4409 within this time, in milliseconds, mean that another page really has this one's instance; a single one
 * may come from an abandoned connection of its own that arrived late. Longer than the longest wait between two attempts.
 */
export const REPLACED_AGAIN_MS = 60_000;
/** Longest wait before the next attempt, whatever the service says, in milliseconds. */
export const WAIT_MAX_MS = CAP_LATE_MS;

/** Frames without an id: sent if there is a connection, and restated by their owner after the next `welcome`. */
export type Telling = Exclude<Up, { id: string } | { type: "hello" | "beat" | "bye" }>;

/** The state of the connection. Times are by the clock of {@link Env}. */
export type Status =
  { is: "connecting" } | { is: "up" } | { is: "down"; retryAt: number } | { is: "signed_out" } | { is: "stopped" };

/** The part of a WebSocket that is used here. */
export interface Socket {
  send(text: string): void;
  close(code?: number): void;
  onopen: (() => void) | null;
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: ((event: { code: number }) => void) | null;
}

/** What the link needs from its page. */
export interface Env {
  /** Opens a socket to the service. */
  open(): Socket;
  activity(): Activity;
  /** Whether the page can ring now. If that changes, the owner connects {@link Link.again}. */
  canRing(): boolean;
  app: App;
  instance: string;
  /** The time by a clock that counts sleep and that nobody sets, in milliseconds. */
  now(): number;
  /** A random number in 0..1, for the backoff. */
  random(): number;
  /** Receives each frame. */
  received(frame: Down): void;
  /** The status has changed. */
  changed(status: Status): void;
}

/** A connection that is kept until the page leaves. */
export class Link {
  #env: Env;
  #pending: Pending;
  #backoff = new Backoff();
  #socket: Socket | null = null;
  #status: Status = { is: "connecting" };
  #attempts = 0;
  #replacedAt: number | null = null;
  #upSince: number | null = null;
  #serviceWants: number | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;

  constructor(env: Env) {
    this.#env = env;
    this.#pending = new Pending(env.now, (frame) => this.#send(frame));
  }

  /** The current state of the connection. */
  get status(): Status {
    return this.#status;
  }

  /** Connects, or reconnects after [`leave`] or a sign-in. */
  connect(): void {
    if (this.#socket !== null) return;
    clearTimeout(this.#retry);
    this.#become({ is: "connecting" });
    const socket = this.#env.open();
    this.#socket = socket;
    this.#hearWithin(WELCOME_MS);
    this.#attempts += 1;
    const attempt = this.#attempts;
    socket.onopen = () => {
      if (socket !== this.#socket) return;
      const { instance, app } = this.#env;
      const [activity, can_ring] = [this.#env.activity(), this.#env.canRing()];
      this.#write({ type: "hello", instance, attempt, app, can_ring, activity });
    };
    socket.onmessage = ({ data }) => {
      if (socket === this.#socket && typeof data === "string") this.#on(data);
    };
    socket.onclose = ({ code }) => this.#ended(socket, code);
  }

  /** Tries at once instead of waiting: the network came back, the machine woke up, or somebody is looking. */
  hurry(): void {
    if (this.#status.is === "down") this.connect();
  }

  /** The network is gone, as the system says: the socket would seem alive until it has been silent for long. */
  lost(): void {
    const socket = this.#socket;
    if (socket === null) return;
    // A dead network would delay the close as well, so report the end here.
    this.#ended(socket, 1006);
    socket.close();
  }

  /** Drops the old socket, which can no longer be trusted, and reconnects. */
  again(): void {
    const socket = this.#drop();
    socket?.close();
    this.connect();
  }

  /** The machine has slept, or the page did not run: old sockets and waits no longer count. */
  woke(): void {
    if (this.#socket === null && this.#status.is !== "down") return;
    this.#backoff = new Backoff();
    this.again();
  }

  /**
   * Leaves; `connect` comes back. By a close and not by `bye`: a reload looks the same from here, so the service waits
   * a moment for the page to be back before others see it gone (P10).
   */
  leave(): void {
    clearTimeout(this.#retry);
    const socket = this.#drop();
    this.#become({ is: "connecting" });
    socket?.close(1000);
  }

  /** Sends an intent. It is kept and repeated until it is answered; see `pending.ts` for what is not kept. */
  intend(frame: Intent): Promise<Answered> {
    return this.#pending.add(frame);
  }

  /** Sends a frame that needs no answer; it is dropped if there is no connection. */
  tell(frame: Telling): void {
    if (this.#status.is === "up") this.#write(frame);
  }

  #on(text: string): void {
    this.#hearWithin(SILENCE_MS);
    let frame: Down;
    try {
      frame = JSON.parse(text, cleanValue) as Down;
    } catch {
      return;
    }
    switch (frame.type) {
      case "welcome":
        this.#upSince = this.#env.now();
        this.#become({ is: "up" });
        this.#env.received(frame);
        this.#pending.connected();
        return;
      case "beat":
        this.#write({ type: "beat", activity: this.#env.activity() });
        this.#env.received(frame);
        return;
      case "ok":
      case "error":
        // The page takes in what was told before the answer, and then the answer.
        this.#env.received(frame);
        this.#pending.answered(frame);
        return;
      case "reconnect":
        // The service closes by itself: a close from here would mean leaving (P10).
        this.#serviceWants = frame.after_ms;
        return;
      default:
        this.#env.received(frame);
    }
  }

  /** Every connection ends through this function, except by [`leave`] and [`again`]. */
  #ended(socket: Socket, code: number): void {
    if (socket !== this.#socket) return;
    const lived = this.#upSince === null ? 0 : this.#env.now() - this.#upSince;
    this.#drop();
    const next = nextAfter(code);
    if (next === "sign_in") return this.#become({ is: "signed_out" });
    if (next === "stop" && this.#isReplacedAgain()) return this.#become({ is: "stopped" });
    const now = this.#env.now();
    const wants = this.#serviceWants ?? this.#backoff.next(now, lived, this.#env.random());
    const wait = Math.min(wants, WAIT_MAX_MS);
    this.#serviceWants = null;
    this.#become({ is: "down", retryAt: now + wait });
    this.#retry = setTimeout(() => this.connect(), wait);
  }

  /** Only this page has its instance, so it tries once more before it accepts that another page has taken its place. */
  #isReplacedAgain(): boolean {
    const before = this.#replacedAt;
    this.#replacedAt = this.#env.now();
    return before !== null && this.#replacedAt - before < REPLACED_AGAIN_MS;
  }

  /** Forgets the socket, whose later events then mean nothing. */
  #drop(): Socket | null {
    const socket = this.#socket;
    this.#socket = null;
    this.#upSince = null;
    clearTimeout(this.#silence);
    this.#pending.disconnected();
    return socket;
  }

  #hearWithin(ms: number): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.lost(), ms);
  }

  #send(frame: Up): boolean {
    if (this.#status.is !== "up") return false;
    this.#write(frame);
    return true;
  }

  #write(frame: Up): void {
    this.#socket?.send(JSON.stringify(frame));
  }

  #become(status: Status): void {
    this.#status = status;
    this.#env.changed(status);
  }
}
