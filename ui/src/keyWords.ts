// What users read of the keys of the technician's portal, beside `words.ts`.

import { say } from "./catalogue";

/** What each key does, and what to press. */
export const keys = {
  title: say("keys-title"),
  close: say("keys-close"),
  single: say("keys-single"),
  groups: [
    {
      title: say("keys-lists"),
      keys: [
        [say("keys-down"), "J"],
        [say("keys-up"), "K"],
        [say("keys-open"), say("keys-enter")],
        [say("technician-join"), "A"],
        [say("technician-dismiss"), "X"],
      ],
    },
    {
      title: say("keys-go-to"),
      keys: [
        [say("technician-tab-waiting"), "G", "W"],
        [say("technician-tab-mine"), "G", "M"],
        [say("technician-tab-team"), "G", "T"],
        [say("technician-tab-callbacks"), "G", "C"],
        [say("technician-tab-missed"), "G", say("keys-shift"), "M"],
        [say("history-title"), "G", "H"],
      ],
    },
    {
      title: say("keys-in-chat"),
      keys: [
        [say("keys-reply"), "R"],
        [say("technician-hand-over"), "H"],
        [say("technician-complete"), "E"],
        [say("technician-undo"), "Z"],
        [say("keys-send"), say("keys-enter")],
        [say("keys-new-line"), say("keys-shift"), say("keys-enter")],
        [say("replies-title"), "/"],
      ],
    },
    {
      title: say("keys-anywhere"),
      keys: [
        [say("technician-find"), "/"],
        [say("technician-people"), "P"],
        [say("keys-these"), "?"],
        [say("keys-close"), say("keys-escape")],
      ],
    },
  ],
};
