// Drafts outlive a reload, and a browser without storage has a page.

import { expect, it } from "vitest";
import { DRAFTS_MAX, Drafts } from "./drafts";
import { shelf } from "./shelf";

const forbidden = (): Storage => {
  throw new DOMException("denied", "SecurityError");
};

it("keeps what was written in each chat, for each person, until it is sent", () => {
  const kept = shelf(forbidden);
  new Drafts(kept).put("dana", "1", "Hello");
  new Drafts(kept).put("dana", "2", "Other");
  new Drafts(kept).put("tom", "1", "Mine");
  const after = new Drafts(kept);
  expect([after.get("dana", "1"), after.get("dana", "2"), after.get("tom", "1")]).toEqual(["Hello", "Other", "Mine"]);
  after.put("dana", "1", "");
  expect(after.get("dana", "1")).toBe("");
  after.clear();
  expect(after.get("tom", "1")).toBe("");
  expect(kept.getItem("deskbell.drafts")).toBe(null);
});

it("makes room for the newest", () => {
  const drafts = new Drafts(shelf(forbidden));
  for (let at = 0; at <= DRAFTS_MAX; at += 1) drafts.put("dana", `${at}`, "x");
  expect(drafts.get("dana", "0")).toBe("");
  expect(drafts.get("dana", `${DRAFTS_MAX}`)).toBe("x");
});

it("works where storage is forbidden, full or spoilt", () => {
  const full = { getItem: () => "no json", removeItem: () => undefined, setItem: forbidden } as never;
  const drafts = new Drafts(full);
  drafts.put("dana", "1", "Hello");
  expect(drafts.get("dana", "1")).toBe("");
  const handedOut = { ...full as object, getItem: forbidden } as never;
  const memory = shelf(() => handedOut);
  memory.setItem("a", "b");
  expect(memory.getItem("a")).toBe("b");
  memory.removeItem("a");
  expect(memory.getItem("a")).toBe(null);
});
