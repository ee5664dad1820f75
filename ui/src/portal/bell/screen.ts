// The browser's notifications: shown and closed through the service worker of this portal, which all of its tabs share.
// Several tabs want the same notification: the first shows it, and the others see that it is there.

import { PORTAL_PATH } from "../browser";
import { LEAVING, type Kept } from "./clicks";
import type { Notice } from "./notices";
import WORKER from "./worker?worker&url";

/** Held while a tab looks what is shown and shows something. */
const LOCK = "deskbell.notifications";
/** How long another tab may hold it, in milliseconds: two notifications are better than none. */
const LOCK_MS = 1_000;
/** How long the worker may take to start, in milliseconds. */
const START_MS = 10_000;
/** The picture of a notification. */
const ICON = `${PORTAL_PATH}/icon.png`;

/** What the types of TypeScript leave out, since not every browser has it. */
interface Options extends NotificationOptions {
  renotify: boolean;
  actions: readonly { action: string; title: string }[];
}

/** A notification as an earlier page may have left it. */
export interface Left {
  tag: string;
  session: string | null;
  close(): void;
}

/** Shows and closes notifications. */
export class Screen {
  #registration: Promise<ServiceWorkerRegistration>;
  /** What is done comes in the order in which it was wanted. */
  #last: Promise<unknown> = Promise.resolve();

  /** Starts the worker. */
  constructor() {
    this.#registration = start();
  }

  /** Resolves when the worker has started; rejects if it cannot. */
  async started(): Promise<void> {
    await this.#registration;
  }

  /** Shows a notice. `quietly`: without the sound of the system. True if it is to sound, and no other tab has shown it already. */
  show(notice: Notice, quietly: boolean): Promise<boolean> {
    return this.#next(async (registration) => {
      const before = (await registration.getNotifications({ tag: notice.tag }))[0];
      const known = before?.data as Kept | undefined;
      const isSame = known?.sound === notice.sound;
      if (before !== undefined && isSame && before.title === notice.title && before.body === notice.body) return false;
      const sounds = notice.sound !== null && !isSame;
      const kept: Kept = { sound: notice.sound, session: notice.session };
      const options: Options = {
        tag: notice.tag,
        body: notice.body,
        icon: ICON,
        data: kept,
        requireInteraction: notice.stays,
        renotify: sounds,
        silent: quietly || !sounds,
        actions: notice.buttons.map(({ action, label }) => ({ action, title: label })),
      };
      await registration.showNotification(notice.title, options);
      return sounds;
    });
  }

  /** Closes the notification with this tag. */
  async close(tag: string): Promise<void> {
    await this.#next(async (registration) => {
      for (const each of await registration.getNotifications({ tag })) each.close();
    });
  }

  /** All that are on the screen, from whichever page. */
  all(): Promise<Left[]> {
    return this.#next(async (registration) =>
      (await registration.getNotifications()).map((each) => ({
        tag: each.tag,
        session: (each.data as Kept).session,
        close: () => each.close(),
      })),
    );
  }

  /** The page leaves: the worker closes what it leaves behind. */
  leave(): void {
    navigator.serviceWorker.controller?.postMessage(LEAVING);
  }

  #next<T>(task: (registration: ServiceWorkerRegistration) => Promise<T>): Promise<T> {
    const done = this.#last.then(async () => alone(task, await this.#registration));
    this.#last = done.catch(() => {});
    return done;
  }
}

/** A worker is only for pages below its own path, so that each portal has its own. */
async function start(): Promise<ServiceWorkerRegistration> {
  await navigator.serviceWorker.register(PORTAL_PATH + WORKER);
  const late = new Promise<never>((_, fail) => setTimeout(() => fail(new Error("the worker did not start")), START_MS));
  return Promise.race([navigator.serviceWorker.ready, late]);
}

/** Does something that no other tab does meanwhile. */
async function alone<T>(
  task: (registration: ServiceWorkerRegistration) => Promise<T>,
  registration: ServiceWorkerRegistration,
): Promise<T> {
  const isFree = new AbortController();
  const timer = setTimeout(() => isFree.abort(), LOCK_MS);
  try {
    return await navigator.locks.request(LOCK, { signal: isFree.signal }, () => {
      clearTimeout(timer);
      return task(registration);
    });
  } catch (error) {
    if (!isFree.signal.aborted) throw error;
    return await task(registration);
  }
}
