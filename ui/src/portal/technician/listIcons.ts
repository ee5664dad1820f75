// The icon of each list.

import type { IconName } from "../../parts/icons";
import type { List } from "./lists";

export const LIST_ICON: Record<List, IconName> = {
  waiting: "bell",
  mine: "chat",
  team: "team",
  callbacks: "phone",
  missed: "missed",
  history: "history",
};
