// The rule for what is put into an address, tested with the table that the app's tests also read, so that the two implementations of the rule
// cannot drift apart.

import { expect, it } from "vitest";
import cases from "../../crates/protocol/src/address_template/cases.json";
import { addressWith } from "./addressTemplate";

it.each(cases)("makes $address of $reference", ({ template, reference, address }) => {
  expect(addressWith(template, reference)).toBe(address);
});

it("encodes half a character as one that cannot be shown", () => {
  expect(addressWith("https://x.example/{reference}", "a\ud800")).toBe("https://x.example/a%EF%BF%BD");
});

it("keeps every character in its place", () => {
  for (let code = 0; code < 0x3000; code++) {
    const reference = `1${String.fromCodePoint(code)}2`;
    const address = addressWith("https://desk.example.com/t/{reference}?x#y", reference);
    if (address === null) throw new Error(reference);
    const url = new URL(address);
    expect(url.href).toBe(address);
    expect([url.host, url.pathname.split("/").length, url.search, url.hash]).toEqual(["desk.example.com", 3, "?x", "#y"]);
    expect(decodeURIComponent(url.pathname.slice(3))).toBe(reference);
  }
});
