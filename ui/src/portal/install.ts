// Lets the browser install the portal as an app of its own: names the manifest of this portal.

import { PORTAL_PATH } from "./browser";

/** Tells the browser where the manifest is. The page is the same for both portals, so its markup cannot. */
export function offerInstalling(): void {
  const link = document.createElement("link");
  link.rel = "manifest";
  link.href = `${PORTAL_PATH}/manifest.webmanifest`;
  document.head.append(link);
}
