// The catalogue in the reader's language. A page speaks one language from beginning to end: what this module awaits is there before
// any other module asks for a word. Only English is part of the page; another language is one more file, and a page that cannot
// load it speaks English. Choosing another language loads the page again.

import { FluentBundle, FluentResource } from "@fluent/bundle";
import english from "words:en";
import { direction, language, locale as localeOf, type Language } from "./language";
import type { Messages } from "./messages";
import { shelf } from "./shelf";

/** Where the reader's choice is kept. */
const CHOICE = "deskbell-language";

const OTHERS: Record<Exclude<Language, "en">, () => Promise<{ default: string }>> = {
  de: () => import("words:de"),
  ar: () => import("words:ar"),
};

const isPage = typeof document !== "undefined";
/** Outside a page, which is in tests, words are English ones with a clock of 24 hours. */
const preferred = isPage ? navigator.languages : ["en-GB"];

const choices = shelf(() => localStorage);
const wanted = language(choices.getItem(CHOICE), preferred);
const text = await load(wanted);
/** The language of the page. */
export const spoken: Language = text === null ? "en" : wanted;
/** The locale of times and numbers. */
export const locale = localeOf(spoken, preferred);

// In a line that runs from the right, each part that is filled in gets a direction of its own. In lines from the left, names that run from
// the right have it already (displayText.ts), and everything else is written from the left as well.
const bundle = new FluentBundle(locale, { useIsolating: direction(spoken) === "rtl" });
bundle.addResource(new FluentResource(text ?? english));

if (isPage) {
  document.documentElement.lang = spoken;
  document.documentElement.dir = direction(spoken);
}

/** A text of the catalogue, with the values that its variables stand for. */
export function say<Id extends keyof Messages>(id: Id, ...values: Values<Id>): string {
  const pattern = bundle.getMessage(id)?.value;
  // `cargo xtask tidy` refuses a catalogue in which this can happen.
  return pattern === undefined || pattern === null ? id : bundle.formatPattern(pattern, values[0] ?? {});
}

type Values<Id extends keyof Messages> = Messages[Id] extends null ? [] : [values: Messages[Id]];

/** Keeps the reader's choice, and loads the page again in that language. */
export function choose(to: Language): void {
  choices.setItem(CHOICE, to);
  location.reload();
}

async function load(of: Language): Promise<string | null> {
  if (of === "en") return english;
  try {
    return (await OTHERS[of]()).default;
  } catch {
    return null;
  }
}
