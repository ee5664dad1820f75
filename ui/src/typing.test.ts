import { expect, test } from "vitest";
import { TYPING_REPEAT_MS, TypingReport } from "./typing";

test("writing is reported at once, then every three seconds while it goes on", () => {
  const report = new TypingReport();
  expect(report.changed("H", 1000)).toBe(true);
  expect(report.changed("He", 1500)).toBe(null);
  expect(report.changed("Hel", 999 + TYPING_REPEAT_MS)).toBe(null);
  expect(report.changed("Hell", 1000 + TYPING_REPEAT_MS)).toBe(true);
});

test("an emptied composer and a message that was sent end it, once", () => {
  const report = new TypingReport();
  expect(report.changed("  ", 0)).toBe(null);
  expect(report.changed("H", 0)).toBe(true);
  expect(report.changed("", 100)).toBe(false);
  expect(report.changed("", 200)).toBe(null);
  expect(report.changed("H", 300)).toBe(true);
  expect(report.stopped()).toBe(false);
  expect(report.stopped()).toBe(null);
});
