// How far a pane has been scrolled, and how high it is.

/** Where a pane stands, in pixels. */
export class Scroller {
  scrolled = $state(0);
  height = $state(0);
}
