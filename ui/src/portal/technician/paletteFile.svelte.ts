// The palette's component is in a file of its own, loaded beside the first view so that it does not hold that up. It knows nothing of what the palette does.

import type TechnicianPalette from "./TechnicianPalette.svelte";

export class PaletteFile {
  /** Null until it is loaded. */
  component = $state.raw<typeof TechnicianPalette | null>(null);

  constructor() {
    // If this fails, opening the palette tries again.
    this.#load().catch(() => undefined);
  }

  /** Loads it if that has failed before, and says whether it is there. */
  async isThere(): Promise<boolean> {
    if (this.component === null) await this.#load().catch(() => undefined);
    return this.component !== null;
  }

  async #load(): Promise<void> {
    this.component = (await import("./TechnicianPalette.svelte")).default;
  }
}
