// The part after `#` in a portal's address: `chat=` opens a chat, `code=` comes from the app's window.

/** The chat that an address opens. */
export function chatInHash(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("chat");
}

/** The code that the app's window puts there; it works once. */
export function codeInHash(hash: string): string | null {
  return new URLSearchParams(hash.replace(/^#/, "")).get("code");
}

/** The same without the code: it must not stay in the history. */
export function withoutCode(hash: string): string {
  const chat = chatInHash(hash);
  return chat === null ? "" : hashOf(chat);
}

/** What opens a chat. */
export const hashOf = (chat: string): string => `#chat=${encodeURIComponent(chat)}`;
