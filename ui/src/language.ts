// Which language a page speaks, and by which locale it writes times and numbers. Pure.

/** The languages of the catalogue, each by its own name. English is complete by definition: the others are checked against it. */
export const LANGUAGES = { en: "English", de: "Deutsch", ar: "العربية" } as const;
export type Language = keyof typeof LANGUAGES;

export const isLanguage = (code: string): code is Language => Object.hasOwn(LANGUAGES, code);

const FROM_RIGHT: readonly Language[] = ["ar"];
export const direction = (language: Language): "ltr" | "rtl" => (FROM_RIGHT.includes(language) ? "rtl" : "ltr");

const base = (locale: string): string => locale.split(/[-_]/)[0]?.toLowerCase() ?? "";

/** The language that the reader has chosen, else the first of theirs that the catalogue has, else English. */
export function language(chosen: string | null, preferred: readonly string[]): Language {
  return [chosen ?? "", ...preferred].map(base).find(isLanguage) ?? "en";
}

/** The locale for times and numbers: the reader's own of this language; else this language as it is written in the reader's region. */
export function locale(of: Language, preferred: readonly string[]): string {
  const own = preferred.find((each) => base(each) === of && isLocale(each));
  if (own !== undefined) return own;
  const region = preferred.filter(isLocale).map((each) => new Intl.Locale(each).region).find((each) => each !== undefined);
  return region === undefined ? of : `${of}-${region}`;
}

function isLocale(text: string): boolean {
  try {
    return Intl.getCanonicalLocales(text).length === 1;
  } catch {
    return false;
  }
}
