// The parts of the technician's page, through which F6 goes.

/** They are these, in their order on the page. */
const PANES = ".rail, section.queue, section.chat, section.people";
/** What has the focus first: lists begin with what is chosen in them, a chat with what one writes. */
const FIRST = ["[aria-current=page]", "[aria-current=true]", ".box textarea", ".scroll"];

/** Moves the focus to the next part that is on the screen, or to the one before. */
export function toNextPane(page: HTMLElement | undefined, by: 1 | -1): void {
  const all = [...(page?.querySelectorAll<HTMLElement>(PANES) ?? [])];
  const panes = all.filter((each) => each.offsetParent !== null);
  const at = panes.findIndex((each) => each.contains(document.activeElement));
  const into = panes.at(at < 0 ? (by > 0 ? 0 : -1) : (at + by) % panes.length);
  const found = FIRST.map((each) => into?.querySelector<HTMLElement>(each)).find((each) => each != null);
  (found ?? into)?.focus();
}
