// The page's address and the steps between its routes.

import { expect, it } from "vitest";
import { START, below, hashOf, routeIn, step, type Route } from "./route";

const waiting: Route = { ...START, list: "waiting" };
const chat = (id: string): Route => ({ ...waiting, chat: id });

it("reads an address as it was written", () => {
  const overChat: Route = { list: "mine", chat: "x", over: "client" };
  const overList: Route = { ...START, over: "people" };
  for (const route of [START, waiting, chat("a b&c=#d"), overList, overChat]) {
    expect(routeIn(hashOf(route))).toEqual(route);
  }
});

it("shows no client without a chat", () => {
  expect(routeIn("#list=mine&client")).toEqual({ ...START, list: "mine" });
});

it("opens the chat that a toast names, in whatever list it is", () => {
  // C10
  expect(routeIn("#chat=0b9c")).toEqual({ list: null, chat: "0b9c", over: null });
});

it("is at its start with an address that names nothing", () => {
  for (const hash of ["", "#", "#chat=", "#list=&chat=", "#code=abc"]) expect(routeIn(hash)).toEqual(START);
});

it("makes one entry of what lies over a list, however often it changes", () => {
  expect(step(waiting, chat("1"), false)).toBe("push");
  expect(step(chat("1"), chat("2"), true)).toBe("replace");
  expect(step(chat("2"), { ...chat("2"), over: "people" }, true)).toBe("replace");
  expect(step(chat("2"), below(chat("2")), true)).toBe("back");
});

it("replaces the chat by its list if the page has no earlier list to go back to", () => {
  expect(step(chat("1"), waiting, false)).toBe("replace");
});

it("changes lists in place, and stays where it is already", () => {
  expect(step(waiting, { ...START, list: "mine" }, false)).toBe("replace");
  expect(step(chat("1"), chat("1"), true)).toBe("stay");
});
