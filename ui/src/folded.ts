// How texts are compared where somebody searches.

/** A text without accents and case, as it is searched. */
export const folded = (text: string): string =>
  text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase().replaceAll("\u00df", "ss").replaceAll("\u00f8", "o");
