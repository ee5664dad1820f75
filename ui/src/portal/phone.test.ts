// What can be called.

import { expect, it } from "vitest";
import { isPhone, telephone } from "./phone";

it.each([
  ["+64 9 555 0100", "tel:+6495550100"],
  ["(030) 1234-567", "tel:0301234567"],
  ["09.555/0100", "tel:095550100"],
  [" 112 ", "tel:112"],
])("calls %s", (text, address) => expect(telephone(text)).toBe(address));

it.each(["abc not a number", "", "+", "12", "555 0100 ask for Dana", "1234567890123456", "55 + 12 34"])(
  "makes no link of %j",
  (text) => expect(telephone(text)).toBe(null),
);

it.each(["+64 9 555 0100", "1-800-FLOWERS", "ext. 7", "**1", "٠٩١٢٣٤٥", "０３"])("takes %j as a number", (text) =>
  expect(isPhone(text)).toBe(true),
);

it.each(["", "abc", "my mobile", "+()-"])("does not take %j as a number", (text) => expect(isPhone(text)).toBe(false));
