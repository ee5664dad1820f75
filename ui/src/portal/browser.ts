// What a portal page needs from its browser: its socket, its name, and the two requests outside the connection.

import { spoken } from "../catalogue";
import type { Socket } from "../link";
import type { PortalCode, Problem, Redeem, SignedIn } from "../wire";

/** The portal this page belongs to: `/technician` or `/client`, as the service spells it. */
export const PORTAL_PATH = `/${location.pathname.split("/")[1] ?? ""}`;
/** Where its connection is. */
export const CONNECT_PATH = `${PORTAL_PATH}/connect`;

/** A WebSocket to a path of this page's own service. */
export function wireSocket(path: string, protocol: string): Socket {
  const address = new URL(path, location.href);
  address.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  return new WebSocket(address, protocol) as Socket;
}

/** What the user would call this device: the browser's name, and the system's. */
export function browserName(agent: string): string {
  const browsers: readonly [RegExp, string][] = [
    [/Edg\//, "Edge"],
    [/OPR\//, "Opera"],
    [/Firefox\//, "Firefox"],
    [/Chrom(e|ium)\//, "Chrome"],
    [/Safari\//, "Safari"],
  ];
  const systems: readonly [RegExp, string][] = [
    [/Windows/, "Windows"],
    [/Android/, "Android"],
    [/iPhone|iPad/, "iOS"],
    [/Mac OS X/, "macOS"],
    [/Linux/, "Linux"],
  ];
  const find = (table: readonly [RegExp, string][]): string | undefined =>
    table.find(([sign]) => sign.test(agent))?.[1];
  const system = find(systems);
  return `${find(browsers) ?? "Browser"}${system === undefined ? "" : ` on ${system}`}`;
}

/** How long the service may take to say its time, in milliseconds: meanwhile nobody counts as active. */
const TIME_WITHIN_MS = 3_000;

/** The service's time, in milliseconds and to the second; null if it does not say. */
export async function serviceTime(): Promise<number | null> {
  try {
    const signal = AbortSignal.timeout(TIME_WITHIN_MS);
    const answer = await fetch(location.pathname, { method: "HEAD", cache: "no-store", signal });
    const time = Date.parse(answer.headers.get("date") ?? "");
    return Number.isNaN(time) ? null : time;
  } catch {
    return null;
  }
}

/** How a POST ended; `isFinal`: trying again cannot help. */
export type Posted = { is: "done"; signedIn: SignedIn } | { is: "refused"; message: string; isFinal: boolean } | { is: "no_answer" };

/** Redeems a one-time link. A repeat with the same token after `no_answer` is the same sign-in. */
export const redeem = (body: Redeem): Promise<Posted> => post("/api/sign-in", body);

/** Exchanges the window's code for a cookie. */
export const redeemCode = (body: PortalCode): Promise<Posted> => post("/api/portal-code", body);

/** No such link, used already, or not one at all. */
const FINAL: readonly number[] = [400, 404, 410];

async function post(path: string, body: Redeem | PortalCode): Promise<Posted> {
  try {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "content-type": "application/json", "accept-language": spoken },
      body: JSON.stringify(body),
    });
    const json: unknown = await answer.json();
    if (answer.ok) return { is: "done", signedIn: json as SignedIn };
    return { is: "refused", message: (json as Problem).message, isFinal: FINAL.includes(answer.status) };
  } catch {
    return { is: "no_answer" };
  }
}

/** A sign-in's token: 256 random bits in hex. */
export function newToken(): string {
  const bits = crypto.getRandomValues(new Uint8Array(32));
  return Array.from(bits, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The page is drawn within this time, or something is wrong with its screen. */
const DRAWN_WITHIN_MS = 100;

/** Calls back before the page is drawn next. Nobody sees a hidden page, and browsers let its timers wait for up to a minute: there, at once. */
export function nextFrame(run: () => void): void {
  if (document.visibilityState !== "visible") return run();
  let isDone = false;
  const once = (): void => {
    if (!isDone) run();
    isDone = true;
  };
  requestAnimationFrame(once);
  setTimeout(once, DRAWN_WITHIN_MS);
}
