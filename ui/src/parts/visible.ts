// Which lines of a long list are in sight, so that only they cost elements. Each line has a fixed height. Pure.

/** Lines beyond the edge that are kept, so that scrolling and the keyboard find them there. */
export const BEYOND = 12;

/** Where a line stands in its list. */
export interface Place {
  /** In pixels from the top of the list. */
  top: number;
  /** Counted from 1, and of how many: a screen reader cannot count lines that cost no elements. */
  at: number;
  of: number;
}

/** Where each line begins, in pixels, and after the last one where the list ends. */
export function tops(heights: readonly number[]): number[] {
  const all = [0];
  for (const height of heights) all.push((all.at(-1) ?? 0) + height);
  return all;
}

/** The lines `from` (included) to `to` (not included) that a view of this height shows, and some beyond its edges. */
export function visible(lineTops: readonly number[], scrolled: number, height: number): { from: number; to: number } {
  const count = lineTops.length - 1;
  const first = lastAtOrBefore(lineTops, scrolled);
  const last = lastAtOrBefore(lineTops, scrolled + height);
  return { from: Math.max(0, first - BEYOND), to: Math.min(count, last + 1 + BEYOND) };
}

/** The last line that begins at or before a place. */
function lastAtOrBefore(lineTops: readonly number[], place: number): number {
  let [low, high] = [0, Math.max(0, lineTops.length - 2)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((lineTops[middle] ?? 0) <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
