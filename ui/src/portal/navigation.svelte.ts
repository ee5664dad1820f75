// Keeps a page's route in step with the browser's history: Back closes what lies over a list and never leaves the portal from there.

import { codeInHash } from "./hash";
import { below, hashOf, isOverList, routeIn, step, whole, type Route } from "./route";

/** What an entry of the history remembers: that the entry before it is the list. */
interface Entry {
  hasListBelow: true;
}
const OVER_LIST: Entry = { hasListBelow: true };

/** The part of a browser's window that is used here. */
export interface Place {
  location: Pick<Location, "hash" | "pathname">;
  history: Pick<History, "state" | "pushState" | "replaceState" | "back">;
}

/** Where the page is, and the way to elsewhere. */
export class Navigation {
  #route: Route = $state.raw({ list: null, chat: null, over: null });
  #place: Place;
  /** Where to be once the browser has gone back. */
  #wanted: Route | null = null;

  constructor(place: Place) {
    this.#place = place;
    this.#route = routeIn(place.location.hash);
    // An address that opens a chat was not reached from the list, so the list is put below it.
    if (isOverList(this.#route) && !this.#hasListBelow()) {
      this.#write("replaceState", below(this.#route));
      this.#write("pushState", this.#route);
    }
  }

  /** Where the page is. */
  get route(): Route {
    return this.#route;
  }

  /** Goes to a route; what it does not name stays as it is. */
  go(to: Partial<Route>): void {
    const [from, next] = [this.#route, whole({ ...this.#route, ...to })];
    this.#route = next;
    if (this.#wanted !== null) {
      this.#wanted = next;
      return;
    }
    switch (step(from, next, this.#hasListBelow())) {
      case "stay":
        return;
      case "push":
        return this.#write("pushState", next);
      case "replace":
        return this.#write("replaceState", next);
      case "back":
        this.#wanted = next;
        return this.#place.history.back();
    }
  }

  /** The browser has gone to another entry, or somebody has written an address. */
  follow(): void {
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted !== null) {
      this.#write("replaceState", below(wanted));
      if (isOverList(wanted)) this.#write("pushState", wanted);
      return;
    }
    const { hash } = this.#place.location;
    const route = routeIn(hash);
    // The app's window signs in again, and stays where it is.
    if (codeInHash(hash) !== null && hashOf(route) === "") return;
    // Back closes what lies over the list, which may be another one by now: a request that was joined is in Mine.
    const isClosed = isOverList(this.#route) && !isOverList(route);
    this.#route = isClosed ? below(this.#route) : route;
    if (isClosed) return this.#write("replaceState", this.#route);
    // A written address is an entry of its own, over what was there.
    if (isOverList(route) && !this.#hasListBelow()) {
      this.#place.history.replaceState(OVER_LIST, "", this.#address(route));
    }
  }

  /** Writes the address again after something else was written there. */
  restate(): void {
    if (this.#wanted === null) this.#write("replaceState", this.#route);
  }

  #hasListBelow(): boolean {
    return (this.#place.history.state as Entry | null)?.hasListBelow === true;
  }

  #write(how: "pushState" | "replaceState", route: Route): void {
    const isOver = isOverList(route) && (how === "pushState" || this.#hasListBelow());
    this.#place.history[how](isOver ? OVER_LIST : null, "", this.#address(route));
  }

  #address(route: Route): string {
    return this.#place.location.pathname + hashOf(route);
  }
}
