// Where a portal page is: which list it shows, which chat is open, whether the people are. This is one state, and it is the part of
// the address after `#`: `#list=team&chat=ID`. Pure; `navigation.svelte.ts` keeps it in step with the browser's history.

/** Where a page is. */
export interface Route {
  /** The chosen list; null for the one that the open chat is in. */
  list: string | null;
  /** The open chat. */
  chat: string | null;
  /** Whether the people are shown where there is no room for them beside the chat. */
  people: boolean;
}

/** The address without anything after it. */
export const START: Route = { list: null, chat: null, people: false };

/** The route that an address names; parts that it does not know are for others. */
export function routeIn(hash: string): Route {
  const parts = new URLSearchParams(hash.replace(/^#/, ""));
  return { list: parts.get("list") || null, chat: parts.get("chat") || null, people: parts.has("people") };
}

/** What names a route in an address; empty for the start. */
export function hashOf({ list, chat, people }: Route): string {
  const parts = [
    ...(list === null ? [] : [`list=${encodeURIComponent(list)}`]),
    ...(chat === null ? [] : [`chat=${encodeURIComponent(chat)}`]),
    ...(people ? ["people"] : []),
  ];
  return parts.length === 0 ? "" : `#${parts.join("&")}`;
}

/** Whether something lies over the list in a narrow window, so that Back leads to the list. */
export const isOverList = (route: Route): boolean => route.chat !== null || route.people;

/** The list below a route. */
export const below = (route: Route): Route => ({ ...route, chat: null, people: false });

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
