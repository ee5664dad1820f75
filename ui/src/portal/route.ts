// Where a portal page is: which list it shows, which chat is open, what lies over the chat. This is one state, and it is the part of
// the address after `#`: `#list=team&chat=ID`. Pure; `navigation.svelte.ts` keeps it in step with the browser's history.

/** Where a page is. */
export interface Route {
  /** The chosen list; null for the one that the open chat is in. */
  list: string | null;
  /** The open chat. */
  chat: string | null;
  /** What is shown over the chat where there is no room for it beside the chat. */
  over: Side | null;
}

/** What stands beside the chat: the people, or the client of the open chat. */
export type Side = "people" | "client";

/** The address without anything after it. */
export const START: Route = { list: null, chat: null, over: null };

/** The route that an address names; parts that it does not know are for others. */
export function routeIn(hash: string): Route {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  const over = parts.has("people") ? "people" : parts.has("client") ? "client" : null;
  return whole({ list: parts.get("list") || null, chat: parts.get("chat") || null, over });
}

/** What names a route in an address; empty for the start. */
export function hashOf({ list, chat, over }: Route): string {
  const parts = [
    ...(list === null ? [] : [`list=${encodeURIComponent(list)}`]),
    ...(chat === null ? [] : [`chat=${encodeURIComponent(chat)}`]),
    ...(over === null ? [] : [over]),
  ];
  return parts.length === 0 ? "" : `#${parts.join("&")}`;
}

/** Without an open chat there is no client to show. */
export const whole = (route: Route): Route =>
  route.chat === null && route.over === "client" ? { ...route, over: null } : route;

/** Whether something lies over the list in a narrow window, so that Back leads to the list. */
export const isOverList = (route: Route): boolean => route.chat !== null || route.over !== null;

/** The list below a route. */
export const below = (route: Route): Route => ({ ...route, chat: null, over: null });

/** How the history takes a step: as a new entry, in place of the current one, or by going back to the list. */
export type Step = "stay" | "push" | "replace" | "back";

/**
 * The step from one route to the next. Whatever is opened over a list becomes one entry, however often it changes, so that Back always
 * leads to the list. `hasListBelow`: the entry before the current one is the list.
 */
export function step(from: Route, to: Route, hasListBelow: boolean): Step {
  if (hashOf(from) === hashOf(to)) return "stay";
  if (!isOverList(from) && isOverList(to)) return "push";
  if (isOverList(from) && !isOverList(to) && hasListBelow) return "back";
  return "replace";
}
