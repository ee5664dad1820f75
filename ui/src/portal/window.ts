// Whether this page is in the app's window: the app says so once, by a code in the address, and the page remembers it
// for as long as its tab lives. Exchanges the code for the portal's cookie, but elsewhere only after asking the user:
// anybody can make a browser open an address with a code of their own.

import { redeemCode } from "./browser";
import { shelf } from "../shelf";
import { codeInHash, withoutCode } from "./hash";

const REMEMBERED = "deskbell.window";
const storage = shelf(() => sessionStorage);

declare global {
  interface Window {
    /** Only web views of apps have a message handler with this name. */
    webkit?: { messageHandlers?: { ipc?: unknown } };
  }
}

/** Whether the app's window shows this page. */
export function isInApp(): boolean {
  return codeInHash(location.hash) !== null || storage.getItem(REMEMBERED) !== null;
}

/** Whether the address contains a code and the page may be in any browser, so that the user has to be asked. */
export function isCodeFromElsewhere(): boolean {
  const isAppsOwn = "__TAURI_INTERNALS__" in window || window.webkit?.messageHandlers?.ipc !== undefined;
  return codeInHash(location.hash) !== null && !isAppsOwn && storage.getItem(REMEMBERED) === null;
}

/** Forgets a code that the user does not want. */
export function dropCode(): void {
  history.replaceState(null, "", location.pathname + withoutCode(location.hash));
}

/** Exchanges a code in the address for a cookie, and removes it from the history. True if there was one. */
export async function takeCode(): Promise<boolean> {
  const code = codeInHash(location.hash);
  if (code === null) return false;
  storage.setItem(REMEMBERED, "1");
  dropCode();
  // A refused code may still find the cookie of an earlier one; if not, the connection says so.
  await redeemCode({ code });
  return true;
}
