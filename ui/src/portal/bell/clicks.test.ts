// The service worker, with pages and notifications of the test's own.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { LEAVING, RELOAD_MS, isClick, serve, type Click, type Scope } from "./clicks";

const HOME = "https://chat.example/technician/";

class FakePage {
  told: Click[] = [];
  focused = false;
  constructor(readonly url: string) {}
  focus(): Promise<void> {
    this.focused = true;
    return Promise.resolve();
  }
  postMessage(message: unknown): void {
    if (isClick(message)) this.told.push(message);
  }
}

function worker(...pages: FakePage[]) {
  const listeners = new Map<string, (event: never) => void>();
  const opened: string[] = [];
  const shown = [{ close: vi.fn() }, { close: vi.fn() }];
  serve({
    registration: { scope: HOME, getNotifications: () => Promise.resolve(shown) },
    clients: {
      matchAll: () => Promise.resolve(pages),
      openWindow: (url: string) => Promise.resolve(opened.push(url)),
      claim: () => Promise.resolve(),
    },
    skipWaiting: () => Promise.resolve(),
    addEventListener: (kind: string, listener: (event: never) => void) => listeners.set(kind, listener),
  } as unknown as Scope);
  const happens = async (kind: string, event: object): Promise<void> => {
    const waits: Promise<unknown>[] = [];
    listeners.get(kind)?.({ ...event, waitUntil: (done: Promise<unknown>) => waits.push(done) } as never);
    await Promise.all(waits);
  };
  const click = async (action: string, session: string | null = "s") => {
    const notification = { tag: "request:s", data: { sound: "1", session }, close: vi.fn() };
    await happens("notificationclick", { notification, action });
    expect(notification.close).toHaveBeenCalled();
  };
  return { opened, shown, happens, click, listeners };
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("gives a click to the page that is in use, and brings it to the front", async () => {
  // C10
  const [other, first, used] = [new FakePage("https://chat.example/client/"), new FakePage(HOME), new FakePage(`${HOME}#chat=x`)];
  used.focused = true;
  const { click } = worker(other, first, used);
  await click("join");
  expect(used.told).toEqual([{ is: "click", tag: "request:s", button: "join", session: "s" }]);
  expect([other.told, first.told]).toEqual([[], []]);
});

it("silences a request or declines an invitation without bringing the page to the front", async () => {
  for (const button of ["dismiss", "decline"]) {
    const page = new FakePage(HOME);
    await worker(page).click(button);
    expect([page.told[0]?.button, page.focused]).toEqual([button, false]);
  }
});

it("opens the portal at that chat if no page of it is open, whichever button was pressed, but never to silence", async () => {
  // C10
  const { click, opened } = worker(new FakePage("https://chat.example/client/"));
  await click("join");
  await click("", null);
  await click("dismiss");
  expect(opened).toEqual([`${HOME}#chat=s`, HOME]);
});

it("closes what a page has left behind, unless one is back after a reload", async () => {
  const after = async (...pages: FakePage[]): Promise<number> => {
    const { happens, shown } = worker(...pages);
    const done = happens("message", { data: LEAVING });
    await vi.advanceTimersByTimeAsync(RELOAD_MS);
    await done;
    return shown[0]?.close.mock.calls.length ?? 0;
  };
  expect(await after()).toBe(1);
  expect(await after(new FakePage("https://chat.example/client/"))).toBe(1);
  expect(await after(new FakePage(HOME))).toBe(0);
});

it("answers no request of the page", () => {
  expect([...worker().listeners.keys()].sort()).toEqual(["activate", "install", "message", "notificationclick"]);
});
