// The connection to the app over Tauri: *view down, intents up*. Knows no page; the app decides everything.

import type { Answer, Intent, View } from "../wire";

interface Tauri {
  core: { invoke<T>(command: string, args?: Record<string, unknown>): Promise<T> };
  event: { listen<T>(event: string, handler: (event: { payload: T }) => void): Promise<() => void> };
}

declare global {
  interface Window {
    __TAURI__?: Tauri;
  }
}

/** The app around this page. */
export interface App {
  /** Calls `show` with the view as it is, and after each change. */
  watch(show: (view: View) => void): Promise<void>;
  /** Sends an intent. */
  intend(intent: Intent): Promise<Answer>;
}

/** The app, or null in a plain browser. */
export function app(): App | null {
  const tauri = window.__TAURI__;
  if (tauri === undefined) return null;
  return {
    watch: async (show) => {
      // Listen first, so that a change in between is not missed and the older answer does not overwrite it.
      let isTold = false;
      await tauri.event.listen<View>("view", ({ payload }) => {
        isTold = true;
        show(payload);
      });
      const view = await tauri.core.invoke<View | null>("view");
      if (!isTold && view !== null) show(view);
    },
    intend: async (intent) => {
      try {
        return (await tauri.core.invoke<Answer | null>("intend", { intent })) ?? { is: "done" };
      } catch (error) {
        return { is: "failed", message: String(error) };
      }
    },
  };
}
