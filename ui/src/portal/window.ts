// Whether this page is in the app's window: the app says so once, by a code in the address, and the page remembers it
// for as long as its tab lives. Changes the code for the portal's cookie.

import { redeemCode } from "./browser";
import { codeInHash, withoutCode } from "./hash";

const REMEMBERED = "deskbell.window";

/** Whether the app's window shows this page. */
export function isInApp(): boolean {
  return codeInHash(location.hash) !== null || sessionStorage.getItem(REMEMBERED) !== null;
}

/** Changes a code in the address for a cookie, and takes it out of the history. True if there was one. */
export async function takeCode(): Promise<boolean> {
  const code = codeInHash(location.hash);
  if (code === null) return false;
  sessionStorage.setItem(REMEMBERED, "1");
  history.replaceState(null, "", location.pathname + withoutCode(location.hash));
  // A refused code may still find the cookie of an earlier one; if not, the connection says so.
  await redeemCode({ code });
  return true;
}
