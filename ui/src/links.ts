// Finds the web addresses in what people write. Only http and https become links; everything else stays text. Pure.

/** A part of a text; with an address it is a link. */
export interface Part {
  text: string;
  address?: string;
}

const ADDRESS = /https?:\/\/[^\s<>"\u201c\u201d\u2066-\u2069]+/giu;
/** What ends a sentence and not an address. */
const END = /[.,;:!?'\u2019\u2026]+$/u;

/** The parts of a text, which together are the text again. */
export function parts(text: string): Part[] {
  const all: Part[] = [];
  let at = 0;
  for (const { 0: found, index } of text.matchAll(ADDRESS)) {
    const written = bare(found);
    const address = addressOf(written);
    if (address === null) continue;
    if (index > at) all.push({ text: text.slice(at, index) });
    all.push({ text: written, address });
    at = index + written.length;
  }
  if (at < text.length) all.push({ text: text.slice(at) });
  return all;
}

/** Without the sentence around it: its end, and a bracket that was opened before the address. */
function bare(found: string): string {
  let text = found.replace(END, "");
  while (text.endsWith(")") && count(text, ")") > count(text, "(")) text = text.slice(0, -1).replace(END, "");
  return text;
}

const count = (text: string, char: string): number => text.split(char).length - 1;

/** Names and passwords before the host only make an address look like another one. */
function addressOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const url = new URL(text);
  const isWeb = url.protocol === "http:" || url.protocol === "https:";
  return isWeb && url.username === "" && url.password === "" ? url.href : null;
}
