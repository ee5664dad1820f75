// Back in the browser, as its user presses it.

import { expect, it } from "vitest";
import { Navigation, type Place } from "./navigation.svelte";

/** A browser's history. `back` arrives later, as in a browser: by `arrive`. */
class Browser {
  entries: { hash: string; state: unknown }[];
  at = 0;
  #isGoingBack = false;

  constructor(hash: string) {
    this.entries = [{ hash, state: null }];
  }
  get place(): Place {
    const browser = this;
    const set = (at: number, state: unknown, url: string): void => {
      browser.entries.splice(at, browser.entries.length, { hash: url.replace(/^[^#]*/, ""), state });
      browser.at = at;
    };
    return {
      location: {
        pathname: "/technician/",
        get hash() {
          return browser.hash;
        },
      },
      history: {
        get state() {
          return browser.entries[browser.at]?.state;
        },
        pushState: (state, _, url) => set(browser.at + 1, state, String(url)),
        replaceState: (state, _, url) => {
          const rest = browser.entries.slice(browser.at + 1);
          set(browser.at, state, String(url));
          browser.entries.push(...rest);
        },
        back: () => (browser.#isGoingBack = true),
      },
    };
  }
  get hash(): string {
    return this.entries[this.at]?.hash ?? "";
  }
  /** Somebody writes another address, or a toast does. */
  write(hash: string, navigation: Navigation): void {
    this.entries.splice(this.at + 1, this.entries.length, { hash, state: null });
    this.at += 1;
    navigation.follow();
  }
  /** Its user presses Back. Returns false if that leaves the page. */
  back(navigation: Navigation): boolean {
    if (this.at === 0) return false;
    this.at -= 1;
    navigation.follow();
    return true;
  }
  arrive(navigation: Navigation): void {
    if (!this.#isGoingBack) return;
    this.#isGoingBack = false;
    this.at -= 1;
    navigation.follow();
  }
}

function opened(hash: string) {
  const browser = new Browser(hash);
  return { browser, navigation: new Navigation(browser.place) };
}

it("goes back from a chat to its list, and only then out of the page", () => {
  const { browser, navigation } = opened("");
  navigation.go({ list: "mine", chat: null });
  navigation.go({ chat: "1" });
  navigation.go({ chat: "2" });
  expect(browser.back(navigation)).toBe(true);
  expect(navigation.route).toEqual({ list: "mine", chat: null, over: null });
  expect(browser.back(navigation)).toBe(false);
});

it("goes back to the list also from a chat that was opened by its address", () => {
  const { browser, navigation } = opened("#chat=1");
  expect(navigation.route.chat).toBe("1");
  expect(browser.hash).toBe("#chat=1");
  expect(browser.back(navigation)).toBe(true);
  expect(navigation.route.chat).toBe(null);
});

it("puts nothing below a chat again when its page is loaded again", () => {
  const { browser } = opened("#chat=1");
  new Navigation(browser.place);
  expect(browser.entries.map(({ hash }) => hash)).toEqual(["", "#chat=1"]);
});

it("leaves no entry behind when a chat is closed by its own button", () => {
  const { browser, navigation } = opened("");
  navigation.go({ chat: "1" });
  navigation.go({ chat: null, list: "mine" });
  expect(navigation.route.chat).toBe(null);
  browser.arrive(navigation);
  expect(browser.hash).toBe("#list=mine");
  expect(browser.back(navigation)).toBe(false);
});

it("opens the next chat also while the browser is still going back from the last one", () => {
  const { browser, navigation } = opened("");
  navigation.go({ chat: "1" });
  navigation.go({ chat: null });
  navigation.go({ chat: "2" });
  browser.arrive(navigation);
  expect(browser.hash).toBe("#chat=2");
  expect(browser.back(navigation)).toBe(true);
  expect(navigation.route.chat).toBe(null);
});

it("closes a chat that a toast has opened over another one, and shows the list", () => {
  // C10
  const { browser, navigation } = opened("#list=mine&chat=1");
  browser.write("#chat=2", navigation);
  expect(navigation.route).toEqual({ list: null, chat: "2", over: null });
  navigation.go({ chat: null });
  browser.arrive(navigation);
  expect(navigation.route.chat).toBe(null);
  expect(browser.hash).toBe("");
});

it("stays in its chat when the app's window signs in again by its address", () => {
  const { browser, navigation } = opened("#chat=1");
  browser.write("#code=abc", navigation);
  expect(navigation.route.chat).toBe("1");
  navigation.restate();
  expect(browser.hash).toBe("#chat=1");
});

it("goes back to the list that the chat is in by now", () => {
  const { browser, navigation } = opened("#list=waiting");
  navigation.go({ chat: "1" });
  navigation.go({ list: "mine" });
  browser.back(navigation);
  expect(navigation.route).toEqual({ list: "mine", chat: null, over: null });
  expect(browser.hash).toBe("#list=mine");
});
