// What a page does after the service closed its connection: the table in `docs/protocol.md`.

export type Next = "reconnect" | "sign_in" | "stop";

const NEXT: ReadonlyMap<number, Next> = new Map([
  [1001, "reconnect"],
  [4400, "reconnect"],
  [4401, "sign_in"],
  [4408, "reconnect"],
  [4409, "stop"],
  [4429, "reconnect"],
]);

/** What to do next; a code that is not in the table counts as a lost connection. */
export function nextAfter(code: number): Next {
  return NEXT.get(code) ?? "reconnect";
}
