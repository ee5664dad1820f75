// Keeps the focus on the page. When what has it is removed, hidden or disabled, a browser gives the focus to the document, where a screen reader
// begins at the top and Tab begins anywhere. This gives it to where its user goes on: near to where it was. Knows no page; a part of a page
// may mark where its user goes on with `data-lands`.

/** What Tab comes to. */
const STOPS = "a[href], button, input, select, textarea, summary, [tabindex='0']";
const LANDS = "[data-lands]";
/** The attributes by which something is hidden or disabled. */
const ATTRIBUTES = ["class", "disabled", "hidden", "open", "data-view"];

/** What has the focus, or had it last. */
interface Held {
  element: HTMLElement;
  /** What is around it, from inside to outside. */
  around: readonly HTMLElement[];
  /** Everything that Tab comes to, in the order of the page. */
  stops: readonly HTMLElement[];
  /** It was disabled while it had the focus, and gets it back. */
  isDisabled: boolean;
}

/** Keeps the focus on a page from now on; returns how to end that. */
export function holdFocus(page: HTMLElement): () => void {
  let held: Held | null = null;
  let isPlanned = false;

  const took = ({ target }: FocusEvent): void => {
    if (target instanceof HTMLElement) held = holding(target, page);
  };

  const check = (): void => {
    if (held === null || !isLost(held.element)) return;
    if (isThere(held.element)) {
      const isDisabled = held.element.matches(":disabled");
      if (!isDisabled && held.isDisabled) held.element.focus();
      held.isDisabled = isDisabled;
      return;
    }
    for (const each of next(held)) {
      each.focus();
      if (document.activeElement === each) return;
    }
  };

  /** Who clicks or taps beside everything has taken the focus away: a phone's keyboard stays closed. */
  const clicked = ({ target }: MouseEvent): void => {
    const isBeside = target instanceof Element && target.closest(STOPS) === null;
    if (isBeside && document.activeElement === document.body && held !== null && isThere(held.element)) held = null;
  };

  const observer = new MutationObserver(() => {
    // When a dialog closes, the browser gives the focus back, a moment after the attribute has changed.
    const isClosing = held?.element.closest("dialog:not([open])") != null;
    if (document.activeElement === document.body && !isClosing) return check();
    // Whether something is hidden is known only when the page is laid out, which must not be done for each change.
    if (isPlanned) return;
    isPlanned = true;
    requestAnimationFrame(() => {
      isPlanned = false;
      check();
    });
  });
  observer.observe(page, { subtree: true, childList: true, attributes: true, attributeFilter: ATTRIBUTES });
  page.addEventListener("focusin", took);
  page.addEventListener("click", clicked);
  // The styles of a narrow window hide what a wide one shows.
  window.addEventListener("resize", check);
  return () => {
    observer.disconnect();
    page.removeEventListener("focusin", took);
    page.removeEventListener("click", clicked);
    window.removeEventListener("resize", check);
  };
}

function holding(element: HTMLElement, page: HTMLElement): Held {
  const around: HTMLElement[] = [];
  for (let each = element.parentElement; each !== null; each = each === page ? null : each.parentElement) around.push(each);
  return { element, around, stops: [...page.querySelectorAll<HTMLElement>(STOPS)], isDisabled: false };
}

/** Whether nothing has the focus, or something that is about to lose it. */
function isLost(element: HTMLElement): boolean {
  const { activeElement } = document;
  if (activeElement === null || activeElement === document.body) return true;
  return activeElement === element && (element.matches(":disabled") || !isThere(element));
}

const isThere = (element: HTMLElement): boolean => element.isConnected && element.getClientRects().length > 0;

const takesFocus = (element: HTMLElement): boolean => isThere(element) && !element.matches(":disabled");

/** Where the focus may go, the best first: within the nearest part that is left, to its mark, to what followed, or to what was before. */
function* next({ element, around, stops }: Held): Generator<HTMLElement> {
  const at = stops.indexOf(element);
  for (const part of around) {
    if (!isThere(part)) continue;
    if (part.matches(LANDS)) yield part;
    yield* [...part.querySelectorAll<HTMLElement>(LANDS)].filter(takesFocus);
    const left = (some: readonly HTMLElement[]): HTMLElement[] => some.filter((each) => part.contains(each) && takesFocus(each));
    yield* left(stops.slice(at + 1));
    yield* left(stops.slice(0, Math.max(at, 0))).reverse();
    if (part.hasAttribute("tabindex")) yield part;
    yield* [...part.querySelectorAll<HTMLElement>(STOPS)].filter(takesFocus);
  }
}
