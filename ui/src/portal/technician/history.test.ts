import { describe, expect, it } from "vitest";
import { History, transcriptPath } from "./history.svelte";

/** A service that answers when it is told to. */
function service(): { get: typeof fetch; asked: string[]; answer: (at: number, status: number, body: unknown) => Promise<void> } {
  const asked: string[] = [];
  const waiting: ((response: Response) => void)[] = [];
  const get = ((path: string) => {
    asked.push(path);
    return new Promise<Response>((done) => waiting.push(done));
  }) as unknown as typeof fetch;
  const answer = async (at: number, status: number, body: unknown): Promise<void> => {
    waiting[at]?.(new Response(JSON.stringify(body), { status }));
    await new Promise((done) => setTimeout(done));
  };
  return { get, asked, answer };
}

const page = (ids: readonly string[], more = false): unknown => ({ chats: ids.map((id) => ({ id })), more });

describe("the history", () => {
  it("shows the answer to what was asked last, whichever comes last", async () => {
    const { get, asked, answer } = service();
    const history = new History(get);
    history.text = " toner & drum ";
    void history.search();
    history.text = "drum";
    void history.search();
    await answer(1, 200, page(["b"]));
    await answer(0, 200, page(["a"]));
    expect(history.chats.map(({ id }) => id)).toEqual(["b"]);
    expect(history.isAsking).toBe(false);
    expect(asked).toEqual(["/technician/api/history?words=toner+%26+drum", "/technician/api/history?words=drum"]);
  });

  it("adds older chats to those that it has, of the same search", async () => {
    const { get, asked, answer } = service();
    const history = new History(get);
    history.only = { person: "dana", name: "Dana" };
    void history.search();
    await answer(0, 200, page(["b", "a"], true));
    history.text = "typed meanwhile";
    void history.older();
    void history.older();
    await answer(1, 200, page(["9"]));
    expect(history.chats.map(({ id }) => id)).toEqual(["b", "a", "9"]);
    expect(history.more).toBe(false);
    expect(asked.slice(1)).toEqual(["/technician/api/history?person=dana&before=a"]);
  });

  it("says why nothing came, in the service's words, and keeps what it has", async () => {
    const { get, answer } = service();
    const history = new History(get);
    void history.search();
    await answer(0, 200, page(["a"], true));
    void history.older();
    await answer(1, 429, { message: "Too many searches at once." });
    expect(history.failed).toEqual({ older: true, why: "Too many searches at once." });
    expect(history.chats).toHaveLength(1);
    // Another try goes on from there.
    void history.older();
    await answer(2, 200, page(["9"]));
    expect(history.failed).toBe(null);
    expect(history.chats.map(({ id }) => id)).toEqual(["a", "9"]);
    const lost = new History(() => Promise.reject(new TypeError("no network")));
    await lost.search();
    expect(lost.failed?.older).toBe(false);
    expect(lost.failed?.why).toContain("no answer from the service");
  });
});

it("asks for private notes only where they are wanted", () => {
  expect(transcriptPath("a/b", "txt", false)).toBe("/technician/api/history/a%2Fb/transcript.txt?language=en");
  expect(transcriptPath("a", "json", true)).toBe("/technician/api/history/a/transcript.json?notes");
});
