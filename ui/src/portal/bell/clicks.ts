// The part of the page that lives in a service worker: it brings clicks on notifications back to the page that showed them,
// and closes what a page that is gone has left on the screen. It caches nothing and answers no request. Knows no chat.

import { START, hashOf } from "../route";
import type { Action } from "./notices";

/** How long a page may be gone before its notifications are closed, in milliseconds: a reload takes less (P10). */
export const RELOAD_MS = 5_000;

/** Buttons that are no reason to bring the page to the front. */
const KEEPS_BACK: ReadonlySet<string> = new Set(["dismiss", "decline"] satisfies Action[]);

/** What a page tells the worker when it leaves. */
export const LEAVING = "leaving";

/** What the worker tells a page: which notification was clicked, and which of its buttons. */
export interface Click {
  is: "click";
  tag: string;
  /** The name of a button; empty for the notification itself. */
  button: string;
  session: string | null;
}

/** Whether a message of a worker is a click. */
export function isClick(message: unknown): message is Click {
  return typeof message === "object" && message !== null && "is" in message && message.is === "click";
}

/** What a page keeps with its notification. */
export interface Kept {
  sound: string | null;
  session: string | null;
}

interface Page {
  url: string;
  focused: boolean;
  focus(): Promise<unknown>;
  postMessage(message: unknown): void;
}

/** The part of a service worker's scope that is used here. */
export interface Scope {
  registration: Pick<ServiceWorkerRegistration, "scope" | "getNotifications">;
  clients: {
    matchAll(options: { type: "window"; includeUncontrolled: true }): Promise<readonly Page[]>;
    openWindow(url: string): Promise<unknown>;
    claim(): Promise<void>;
  };
  skipWaiting(): Promise<void>;
  addEventListener(kind: string, listener: (event: WorkerEvent) => void): void;
}

interface WorkerEvent {
  waitUntil(done: Promise<unknown>): void;
  readonly notification?: Notification;
  readonly action?: string;
  readonly data?: unknown;
}

/** Listens to the events of a service worker. */
export function serve(scope: Scope): void {
  // Its version does not matter to the page, so a new one takes over at once.
  scope.addEventListener("install", (event) => event.waitUntil(scope.skipWaiting()));
  scope.addEventListener("activate", (event) => event.waitUntil(scope.clients.claim()));
  scope.addEventListener("notificationclick", (event) => {
    const { notification } = event;
    if (notification === undefined) return;
    notification.close();
    event.waitUntil(clicked(scope, notification, event.action ?? ""));
  });
  scope.addEventListener("message", (event) => {
    if (event.data === LEAVING) event.waitUntil(left(scope));
  });
}

/** Gives a click to a page of this portal, or opens one at that chat (C10). */
async function clicked(scope: Scope, notification: Notification, button: string): Promise<void> {
  const { session } = notification.data as Kept;
  const all = await pages(scope);
  const page = all.find((each) => each.focused) ?? all[0];
  const click: Click = { is: "click", tag: notification.tag, button, session };
  if (page !== undefined) {
    page.postMessage(click);
    if (!KEEPS_BACK.has(button)) await page.focus();
  } else if (!KEEPS_BACK.has(button)) {
    await scope.clients.openWindow(scope.registration.scope + hashOf({ ...START, chat: session }));
  }
}

/** A page has left: if none is back soon, nobody would withdraw its notifications. */
async function left(scope: Scope): Promise<void> {
  await new Promise((done) => setTimeout(done, RELOAD_MS));
  if ((await pages(scope)).length > 0) return;
  for (const each of await scope.registration.getNotifications()) each.close();
}

/** The open pages of this portal; the other portal has the same origin. */
async function pages(scope: Scope): Promise<readonly Page[]> {
  const all = await scope.clients.matchAll({ type: "window", includeUncontrolled: true });
  return all.filter((page) => page.url.startsWith(scope.registration.scope));
}
