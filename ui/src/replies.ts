// Canned replies while somebody writes: what opens the list, what is looked for, and what matches. Pure; knows no field and no page.

import { bare } from "./displayText";
import { folded } from "./folded";
import type { CannedReply } from "./wire";

/** Longest name of a reply, in characters: the service's limit. */
export const NAME_CHARS = 40;
/** Longest reply, in characters: the service's limit. */
export const REPLY_CHARS = 2000;
/** Most replies of one's own: the service's limit. */
export const OWN_MAX = 100;

/** The slash that opens the list; input methods for Chinese and Japanese have one of their own width. */
const isSlash = (char: string | undefined): boolean => char === "/" || char === "\uff0f";

const byName = new Intl.Collator(undefined, { sensitivity: "base", numeric: true });

/** Where the slash is that was just typed before the caret, if it is alone on its line; else null. */
export function opened(text: string, caret: number): number | null {
  if (!isSlash(text[caret - 1])) return null;
  const begins = text.lastIndexOf("\n", caret - 1) + 1;
  const ends = text.indexOf("\n", caret);
  const line = text.slice(begins, ends < 0 ? undefined : ends);
  return line.trim().length === 1 ? caret - 1 : null;
}

/** What was typed behind that slash up to the caret; null if it can no longer be the name of a reply. */
export function wanted(text: string, slash: number, caret: number): string | null {
  if (caret <= slash || !isSlash(text[slash])) return null;
  const typed = text.slice(slash + 1, caret);
  return typed.length > NAME_CHARS || /[\n/\uff0f]/.test(typed) ? null : typed;
}

/** The replies that match, the best first: by the beginning of the name, of a word in it, and then by words of the text. */
export function matching(all: Iterable<CannedReply>, typed: string): CannedReply[] {
  const words = folded(typed).split(/\s+/).filter((word) => word !== "");
  const ranked = [...all].flatMap((reply) => {
    const rank = rankOf(reply, words);
    return rank === null ? [] : [{ reply, rank }];
  });
  const compare = (one: CannedReply, other: CannedReply): number =>
    byName.compare(bare(one.name), bare(other.name)) || Number(other.own ?? false) - Number(one.own ?? false);
  ranked.sort((one, other) => one.rank - other.rank || compare(one.reply, other.reply));
  return ranked.map(({ reply }) => reply);
}

function rankOf({ name, text }: CannedReply, words: readonly string[]): number | null {
  const named = folded(bare(name));
  if (named.startsWith(words.join(" "))) return 0;
  const parts = wordsOf(named);
  if (words.every((word) => parts.some((part) => part.startsWith(word)))) return 1;
  const all = [...parts, ...wordsOf(folded(text))];
  return words.every((word) => all.some((part) => part.startsWith(word))) ? 2 : null;
}

const wordsOf = (text: string): string[] => text.split(/[^\p{L}\p{N}]+/u);
