// What is dropped on a page beside a place that takes it. A browser would open a dropped file or link in place of the page, and whatever was
// written there would be gone. Knows no place that takes files: it calls `preventDefault` itself.

/** Whether a drag brings files. */
export const bringsFiles = ({ dataTransfer }: DragEvent): boolean => dataTransfer?.types.includes("Files") ?? false;

/** Fields take text, but a file would be opened even there. */
const isField = (target: EventTarget | null): boolean => target instanceof Element && target.closest("input, textarea") !== null;

/** Ignores what nothing on the page takes, from now on. */
export function ignoreDrops(page: Window): void {
  const ignore = (event: DragEvent): void => {
    if (event.defaultPrevented || (isField(event.target) && !bringsFiles(event))) return;
    event.preventDefault();
    if (event.dataTransfer !== null) event.dataTransfer.dropEffect = "none";
  };
  for (const kind of ["dragover", "drop"] as const) page.addEventListener(kind, ignore);
}
