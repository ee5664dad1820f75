// What needs the reader, as a number in the page's title and on its icon.

import { showCount } from "./bell/favicon";

/** Shows it from now on, for as long as the part of the page that calls this is there. */
export function countInTitle(facts: () => { title: string; count: number }): void {
  $effect(() => {
    const { title, count } = facts();
    document.title = count === 0 ? title : `(${count}) ${title}`;
    showCount(count);
    return () => {
      document.title = "Deskbell";
      showCount(0);
    };
  });
}
