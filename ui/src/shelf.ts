// A browser's storage, or, where the browser forbids it, something that keeps as long as the page lives: no page may fail for it.

/** The part of a browser's storage that is used here. */
export type Shelf = Pick<Storage, "getItem" | "setItem" | "removeItem">;

/** The storage that `open` returns; where that fails, the page's memory. */
export function shelf(open: () => Storage): Shelf {
  try {
    const storage = open();
    // A browser may hand it out and forbid its use.
    storage.getItem("deskbell");
    return storage;
  } catch {
    return memory();
  }
}

function memory(): Shelf {
  const kept = new Map<string, string>();
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => void kept.set(key, value),
    removeItem: (key) => void kept.delete(key),
  };
}
