// The code that the app's window puts into a portal's address, after `#`. The rest of that part is the page's route.

import { hashOf, routeIn } from "./route";

/** The code in an address; it works once. */
export function codeInHash(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("code");
}

/** The same without the code: it must not stay in the history. */
export const withoutCode = (hash: string): string => hashOf(routeIn(hash));
