// What a page reads from its address and its browser.

import { expect, it, vi } from "vitest";
import { codeInHash, withoutCode } from "./hash";

it("finds the code in the address, and takes only the code out", () => {
  expect(codeInHash("#code=abc&chat=s1")).toBe("abc");
  expect(withoutCode("#code=abc&chat=s1")).toBe("#chat=s1");
  expect(withoutCode("#code=abc")).toBe("");
  expect(codeInHash("")).toBeNull();
});

it("names the browser as its user would, and makes tokens of 256 bits", async () => {
  vi.stubGlobal("location", { pathname: "/technician/" });
  const { browserName, CONNECT_PATH, newToken } = await import("./browser");
  const chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36";
  expect(browserName(chrome)).toBe("Chrome on Linux");
  expect(browserName(`${chrome} Edg/130.0`.replace("X11; Linux x86_64", "Windows NT 10.0"))).toBe("Edge on Windows");
  expect(browserName("something else")).toBe("Browser");
  expect(CONNECT_PATH).toBe("/technician/connect");
  expect(newToken()).toMatch(/^[0-9a-f]{64}$/);
  expect(newToken()).not.toBe(newToken());
  vi.unstubAllGlobals();
});
