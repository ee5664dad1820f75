// Whether a portal page can ring its user (C12), and if not, why. Pure: what the browser says comes in. The page says it in
// words, and the service is told no more than that.

/** What the browser says. */
export interface Facts {
  /** Whether the page is in the app's window, whose agent rings. */
  inApp: boolean;
  /** Whether the browser has notifications for pages, which a worker shows. */
  hasNotifications: boolean;
  permission: NotificationPermission;
  /** Whether the worker that shows them could not be started. */
  hasFailed: boolean;
}

/**
 * `app`: the app rings, not this page. `unsupported`, `denied`, `failed`: it cannot ring. `ask`: it may ask for
 * it, at a click. `rings`: it rings.
 */
export type Ability = "app" | "unsupported" | "denied" | "failed" | "ask" | "rings";

/** What follows from them. */
export function abilityOf(facts: Facts): Ability {
  if (facts.inApp) return "app";
  if (!facts.hasNotifications) return "unsupported";
  switch (facts.permission) {
    case "denied":
      return "denied";
    case "default":
      return "ask";
    case "granted":
      return facts.hasFailed ? "failed" : "rings";
  }
}
