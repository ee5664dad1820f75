// What becomes a link in a message.

import { expect, it } from "vitest";
import { parts } from "./links";

const links = (text: string): string[] => parts(text).flatMap(({ address, text: shown }) => (address ? [shown] : []));

it.each([
  ["See https://acme.example/p?a=1#b.", ["https://acme.example/p?a=1#b"]],
  ["(https://acme.example/a_(b)), then HTTP://acme.example!", ["https://acme.example/a_(b)", "HTTP://acme.example"]],
  ["\u201chttps://acme.example\u201d", ["https://acme.example"]],
  ["https://one.example\nhttps://two.example", ["https://one.example", "https://two.example"]],
])("finds the addresses in %j", (text, found) => expect(links(text)).toEqual(found));

it.each([
  "javascript:alert(1)",
  "data:text/html,x https:// http://",
  "file:///etc/passwd ftp://acme.example mailto:dana@acme.example",
  "deskbell://sign-in acme.example www.acme.example",
  "https://acme.example@evil.example/ https://user:secret@evil.example",
])("makes no link in %j", (text) => expect(links(text)).toEqual([]));

it("loses no character of a text", () => {
  for (const text of ["", "a https://x.example, b", "https://x.example", "https://a@b.example c https://d.example)"]) {
    expect(parts(text).map((part) => part.text).join("")).toBe(text);
  }
});
