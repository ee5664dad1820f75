// Canned replies while somebody writes: when the list opens, and what it shows.

import { expect, it } from "vitest";
import { matching, opened, wanted } from "./replies";
import type { CannedReply } from "./wire";

const reply = (name: string, text = "", own = false): CannedReply => ({ id: name, name, text, own });

/** Where the list opens after the last character of `before` was typed. */
const after = (before: string, behind = ""): number | null => opened(before + behind, before.length);

it("opens at a slash that is alone on its line", () => {
  expect(after("/")).toBe(0);
  expect(after("Hello\n/")).toBe(6);
  expect(after("Hello\n/", "\nBye")).toBe(6);
  expect(after("  /")).toBe(2);
  expect(after("\uff0f")).toBe(0);
});

it("does not open within a line: dates, paths, addresses and fractions have slashes, too", () => {
  for (const before of ["and/", "https:/", "https://", "1/", "Hello /", "//", ""]) expect(after(before), before).toBeNull();
  expect(after("/", "etc")).toBeNull();
});

it("looks for what stands between the slash and the caret", () => {
  expect(wanted("/vpn lap", 0, 8)).toBe("vpn lap");
  expect(wanted("/vpn", 0, 1)).toBe("");
  expect(wanted("Hello\n/vpn", 6, 10)).toBe("vpn");
});

it("ends where nothing can be the name of a reply", () => {
  expect(wanted("/etc/hosts", 0, 10)).toBeNull();
  expect(wanted("/vpn\n", 0, 5)).toBeNull();
  expect(wanted("/vpn", 0, 0)).toBeNull();
  expect(wanted("vpn", 0, 3)).toBeNull();
  expect(wanted(`/${"x".repeat(41)}`, 0, 42)).toBeNull();
});

it("shows what begins so first, then words of the name, then words of the text", () => {
  const all = [reply("wifi", "Also for VPN."), reply("Laptop VPN"), reply("vpn-profile"), reply("bye"), reply("vpn laptop")];
  expect(matching(all, "vpn").map(({ name }) => name)).toEqual(["vpn laptop", "vpn-profile", "Laptop VPN", "wifi"]);
  expect(matching(all, "lap vpn").map(({ name }) => name)).toEqual(["Laptop VPN", "vpn laptop"]);
  expect(matching(all, "xyz")).toEqual([]);
});

it("shows all by name where nothing is typed yet, one's own first where names are the same", () => {
  const all = [reply("b"), reply("a 10"), reply("a 2"), reply("B", "", true)];
  expect(matching(all, "").map(({ id }) => id)).toEqual(["a 2", "a 10", "B", "b"]);
});

it("finds names whatever their accents, case and direction", () => {
  const all = [reply("Grüße"), reply("\u2068\u0645\u0631\u062d\u0628\u0627\u2069")];
  expect(matching(all, "grusse").map(({ name }) => name)).toEqual(["Grüße"]);
  expect(matching(all, "\u0645\u0631")).toHaveLength(1);
});
