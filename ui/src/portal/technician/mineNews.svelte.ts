// What becomes of a technician's own invitations and of the chats that they hand over, told in a notice.

import type { SessionView, You } from "../../wire";
import { answered, technician as words } from "../../words";
import type { Portal } from "../portal.svelte";
import { isIn } from "./lists";

/** What is known now: the page, its user, and the chats that are theirs. */
interface Known {
  portal: Portal;
  you: You;
  mine: readonly SessionView[];
}

/** Tells of it from now on. Call while a component is made. */
export function tellOfMine(known: () => Known): void {
  let invited = new Set<string>();
  $effect(() => {
    const { portal, mine } = known();
    for (const id of invited) {
      const session = portal.state.sessions.get(id);
      if (session !== undefined && session.status !== "invited") portal.tell(answered(session));
    }
    invited = new Set(mine.filter((session) => session.status === "invited").map((session) => session.id));
  });

  /** Chats that this technician offers to others, and since when. */
  let handing = new Map<string, number>();
  $effect(() => {
    const { portal, you, mine } = known();
    for (const [id, at] of handing) {
      const session = portal.state.sessions.get(id);
      if (session?.status !== "handled" || isIn(session, you.id)) continue;
      const by = session.participants.findLast((each) => each.left === undefined && each.joined >= at);
      if (by !== undefined) portal.tell(words.takenOver(by.name, session.client_name));
    }
    handing = new Map(
      mine.flatMap(({ id, hand_over }) => (hand_over?.by === you.id ? [[id, hand_over.at] as const] : [])),
    );
  });
}
