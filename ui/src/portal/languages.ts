// The languages of the page, as lines of a menu: each is called what its readers call it.

import { choose, spoken } from "../catalogue";
import { isLanguage, LANGUAGES } from "../language";
import type { MenuItem } from "../parts/menu";

export const languages: readonly MenuItem[] = Object.keys(LANGUAGES)
  .filter(isLanguage)
  .map((code) => ({ label: LANGUAGES[code], lang: code, isChosen: code === spoken, choose: () => choose(code) }));
