// A component in a file of its own, loaded beside the first view so that it does not hold that up. Knows nothing of what the component does.

export class LaterFile<Part> {
  /** Null until it is loaded. */
  component = $state.raw<Part | null>(null);
  #import: () => Promise<{ default: Part }>;

  constructor(imports: () => Promise<{ default: Part }>) {
    this.#import = imports;
    // If this fails, opening it tries again.
    this.#load().catch(() => undefined);
  }

  /** Loads it if that has failed before, and says whether it is there. */
  async isThere(): Promise<boolean> {
    if (this.component === null) await this.#load().catch(() => undefined);
    return this.component !== null;
  }

  async #load(): Promise<void> {
    this.component = (await this.#import()).default;
  }
}
