// What users read in the app's own windows. The rest, which the portals say as well, is in words.ts.

import { say } from "./catalogue";
import { when } from "./time";
import type { Activity } from "./wire";
import { retrying } from "./words";

/** A message from the system as a sentence; its error numbers help nobody here. */
export function sentence(text: string): string {
  const bare = text.replace(/ ?\(os error \d+\)/g, "").trim();
  if (bare === "") return "";
  return bare.charAt(0).toLocaleUpperCase() + bare.slice(1) + (/[.!?…]$/.test(bare) ? "" : ".");
}

/** A device's threshold in words. */
export function threshold(ms: number): string {
  const minutes = ms / 60_000;
  return minutes < 1
    ? say("threshold-seconds", { seconds: Math.round(ms / 1000) })
    : say("threshold-minutes", { minutes: Math.round(minutes * 10) / 10 });
}

/** Before a link that was opened elsewhere signs in. */
export const question = {
  window: say("question-window"),
  title: say("question-title"),
  thisComputer: say("question-this-computer"),
  means: say("question-means"),
  beware: say("question-beware"),
  no: say("question-no"),
  yes: say("question-yes"),
  working: say("question-working"),
};

export const desk = {
  noApp: say("desk-no-app"),
  automatic: say("technician-automatic"),
  away: say("state-away"),
  presence: say("desk-presence"),
  seenBy: say("desk-seen-by"),
  nothingSees: say("desk-nothing-sees"),
  lastInput: say("desk-last-input"),
  inUseSince: say("desk-in-use-since"),
  connection: say("desk-connection"),
  devices: say("desk-devices"),
  sent: say("desk-sent"),
  nothingSent: say("desk-nothing-sent"),
  thisComputer: say("desk-this-computer"),
  off: say("desk-off"),
  connecting: (address: string): string =>
    address === "" ? say("desk-connecting") : say("desk-connecting-to", { address }),
  requests: say("desk-requests"),
  chats: say("desk-chats"),
  open: say("desk-open"),
  unseen: (count: number): string => say("desk-unseen", { count }),
  silent: say("desk-silent"),
  silentUntil: (at: number, now: number): string => say("desk-silent-until", { until: when(at, now) }),
  ringAgain: say("desk-ring-again"),
  toastsAndRequests: say("desk-toasts-and-requests"),
  toasts: say("desk-toasts"),
  testToast: say("desk-test-toast"),
  testLate: say("desk-test-late"),
  soundOff: say("sound-off"),
  soundOn: say("desk-sound-on"),
  soundChoice: say("desk-sound-choice"),
  sounds: { bell: say("sound-bell"), soft: say("sound-soft"), wood: say("sound-wood") },
  volume: say("desk-volume"),
  percent: (volume: number): string => say("desk-percent", { volume }),
  lastRequests: say("desk-last-requests"),
  remembered: say("desk-remembered"),
  noRequests: say("desk-no-requests"),
  back: say("desk-back"),
  hideNames: say("desk-hide-names"),
  aRequest: say("desk-a-request"),
  aChat: say("desk-a-chat"),
  doNotDisturb: say("desk-do-not-disturb"),
  portal: say("desk-portal"),
  signOut: say("desk-sign-out"),
  quit: say("desk-quit"),
  link: say("desk-link"),
  linkHelp: say("desk-link-help"),
  signIn: say("desk-sign-in"),
  signedInAs: (name: string, organisation: string): string => say("desk-signed-in-as", { name, organisation }),
  lacks: say("desk-lacks"),
  /** One of the user's devices, and when it was last used. */
  device: (name: string, is: Activity, since: string): string => {
    if (is === "active") return say("desk-device-active", { name });
    switch (is.idle.reason) {
      case "idle":
        return say("desk-device-idle", { name, since });
      case "locked":
        return say("desk-device-locked", { name, since });
      case "asleep":
        return say("desk-device-asleep", { name, since });
    }
  },
  lost: (device: string): string => say("desk-device-lost", { device }),
  version: (version: string, profile: string): string =>
    profile === "default" ? say("desk-version", { version }) : say("desk-version-profile", { version, profile }),
  noConnection: (address: string): string => say("desk-no-connection", { address }),
  othersMaySee: (retryAt: number, now: number): string =>
    say("desk-others-may-see", { retrying: retrying(retryAt > now ? retryAt : null, now) }),
  roundTrip: (address: string, ms: number | undefined): string =>
    ms === undefined ? address : say("desk-round-trip", { address, ms }),
};
