// The pages in other languages: which one is chosen, and plurals, times and lists as its readers write them. That no language has gaps is
// checked by `cargo xtask tidy`.

import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { direction, language, locale } from "./language";

const html = { lang: "", dir: "" };
/** Parts that are filled in have a direction of their own in Arabic. */
const bare = (text: string): string => text.replace(/[\u2066-\u2069\u200e\u200f]/g, "");
const at = (hour: number, minute: number, day = 10): number => new Date(2026, 10, day, hour, minute).getTime();
const NOW = at(13, 30);

/** The words of a page whose reader has these languages. */
async function page(...languages: string[]) {
  vi.stubGlobal("navigator", { languages });
  return { words: await import("./words"), time: await import("./time") };
}

beforeEach(() => {
  vi.resetModules();
  vi.stubGlobal("document", { documentElement: html });
});
afterEach(() => vi.unstubAllGlobals());

it("speaks the first language of the reader that it has, unless the reader has chosen one", () => {
  expect(language(null, ["fr-CA", "de-AT", "en"])).toBe("de");
  expect(language("ar", ["de-AT"])).toBe("ar");
  expect(language(null, ["fr", "ja"])).toBe("en");
  expect(language("xx", [])).toBe("en");
  expect(language(null, ["constructor"])).toBe("en");
});

it("writes times as the reader's region does, in whatever language", () => {
  expect(locale("de", ["fr-CH", "de-CH"])).toBe("de-CH");
  expect(locale("en", ["fr-CH"])).toBe("en-CH");
  expect(locale("en", ["", "C"])).toBe("en");
});

it("says which language the page is in, and from where it runs", async () => {
  await page("ar-EG", "en");
  expect(html).toEqual({ lang: "ar", dir: "rtl" });
  expect(direction("de")).toBe("ltr");
});

it("counts as German does", async () => {
  const { words } = await page("de-DE");
  expect([1, 2].map(words.technician.needHelp)).toEqual(["1 Anfrage wartet.", "2 Anfragen warten."]);
  expect([15, 60].map(words.technician.span)).toEqual(["15 Minuten", "1 Stunde"]);
});

it("counts in the six ways of Arabic", async () => {
  const { words } = await page("ar-AE");
  expect([0, 1, 2, 3, 11, 100].map(words.technician.needHelp).map(bare)).toEqual([
    "لا طلبات في الانتظار.",
    "طلب واحد في الانتظار.",
    "طلبان في الانتظار.",
    "3 طلبات في الانتظار.",
    "11 طلبًا في الانتظار.",
    "100 طلب في الانتظار.",
  ]);
});

it("writes times with the clock and the days of the reader", async () => {
  const english = await page("en-US");
  expect(english.time.when(at(9, 5), NOW).replace(/\s/g, " ")).toBe("9:05 AM");
  expect(english.time.when(at(12, 4, 3), NOW).replace(/\s/g, " ")).toBe("Nov 3 12:04 PM");
  vi.resetModules();
  const german = await page("de-DE");
  expect(german.time.when(at(12, 4, 9), NOW)).toBe("gestern 12:04");
  expect(german.time.when(at(12, 4, 3), NOW)).toBe("3. Nov. 12:04");
  expect(german.time.day(NOW, NOW)).toBe("Heute");
});

it("counts days by the calendar, not in spans of 24 hours", async () => {
  const { time } = await page("en-GB");
  expect(time.when(at(23, 59, 9), at(0, 1, 10))).toBe("yesterday 23:59");
  expect(time.when(at(0, 1, 11), at(23, 59, 10))).toBe("tomorrow 00:01");
});

it("puts names in a row as the language does", async () => {
  const row = async (of: string) => bare((await page(of)).words.client.with(["Tom Berg", "Priya Shah"]));
  expect(await row("en-GB")).toBe("With Tom, Priya");
  vi.resetModules();
  expect(await row("de-DE")).toBe("Mit Tom, Priya");
});

it("gives each part of an Arabic line a direction of its own, so that a number stays whole", async () => {
  const { words } = await page("ar");
  expect(words.bell.asksToBeCalled({ client_name: "Dana Reyes", callback: { phone: "+64 9 555 0100" } } as never)).toContain(
    "\u2068+64 9 555 0100\u2069",
  );
});

it("calls people by their first name where it comes first, and by the whole name elsewhere", async () => {
  const { words } = await page("en");
  expect(["Dana Reyes", "Shah, Priya", "山田 太郎"].map(words.first)).toEqual(["Dana", "Shah, Priya", "山田 太郎"]);
  expect(bare(words.first("عبد الله حداد"))).toBe("عبد الله حداد");
});

it("says a refusal by its code, and in English as the service does, which says more", async () => {
  const refused = { code: "taken", by: "Tom Berg", message: "Tom Berg joined first." } as const;
  const later = { code: "of_a_later_version", message: "Not yet." } as never;
  const said = async (of: string) => {
    await page(of);
    const { refusal } = await import("./refusal");
    return [refusal(refused), refusal(later)];
  };
  expect(await said("en-GB")).toEqual(["Tom Berg joined first.", "Not yet."]);
  vi.resetModules();
  expect(await said("de")).toEqual(["Tom war schneller.", "Not yet."]);
});
