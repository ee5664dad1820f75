// Whether single keys do something (WCAG 2.1.4), as this browser's user wants it.

import { shelf } from "../../shelf";

/** Is in this browser's storage if its user wants none. */
const KEYS_OFF = "deskbell.keys_off";

export class SingleKeys {
  readonly #settings = shelf(() => localStorage);
  #areOn = $state(this.#settings.getItem(KEYS_OFF) === null);

  get areOn(): boolean {
    return this.#areOn;
  }

  set areOn(areOn: boolean) {
    this.#areOn = areOn;
    try {
      if (areOn) this.#settings.removeItem(KEYS_OFF);
      else this.#settings.setItem(KEYS_OFF, "1");
    } catch {
      // A full storage: the choice holds as long as the page.
    }
  }
}
