// The icon of the page in the browser's tab, with how many wait on it. Pure but for `showCount`.

import icon from "../../bell.svg?raw";

/** More than this is shown as "9+": two digits cannot be read at 16 pixels. */
const MOST = 9;

/** The icon with a number on it, as an address. */
export function withCount(count: number): string {
  const text = count > MOST ? `${MOST}+` : String(count);
  const badge =
    `<circle cx="16" cy="8" r="8" fill="#d92d20"/>` +
    `<text x="16" y="12.4" font-family="sans-serif" font-weight="bold" font-size="${count > MOST ? 10 : 13}"` +
    ` text-anchor="middle" fill="#fff">${text}</text>`;
  return `data:image/svg+xml,${encodeURIComponent(icon.trim().replace("</svg>", `${badge}</svg>`))}`;
}

/** Where the page's own icon is, once it was replaced. */
let own: string | null = null;

/** Shows how many wait, on the tab and on the icon of a page that was installed. */
export function showCount(count: number): void {
  const link = document.querySelector<HTMLLinkElement>("link[rel=icon]");
  if (link !== null) {
    own ??= link.href;
    link.href = count === 0 ? own : withCount(count);
  }
  // Browsers have it only for pages that can be installed, and refuse it to those that were not.
  void navigator.setAppBadge?.(count).catch(() => {});
}
