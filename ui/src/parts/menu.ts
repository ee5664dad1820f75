// What a menu offers.

import type { State } from "../wire";
import type { IconName } from "./icons";

/** A line of a menu. */
export interface MenuItem {
  label: string;
  /** The language of the label, if it is not the page's. */
  lang?: string;
  choose: () => void;
  /** Whether it is the chosen one of several; left out for a command. */
  isChosen?: boolean;
  mark?: State;
  icon?: IconName;
  /** A line above it. */
  isNewGroup?: boolean;
}
