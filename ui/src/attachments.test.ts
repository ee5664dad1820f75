import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { AGAIN_MS, Attachments, MOST, type Upload, type Uploaded } from "./attachments.svelte";
import { fileSize } from "./words";

const CHAT = "chat";

interface Sent {
  id: string;
  name: string;
  signal: AbortSignal;
  progressed: (part: number) => void;
  answer: (uploaded: Uploaded) => void;
}

function start(): { all: Attachments; sent: Sent[]; told: string[] } {
  const sent: Sent[] = [];
  const told: string[] = [];
  const upload: Upload = (_, id, file, signal, progressed) =>
    new Promise((answer) => sent.push({ id, name: file.name, signal, progressed, answer }));
  return { all: new Attachments({ upload, mostBytes: () => 100, tell: (text) => told.push(text) }), sent, told };
}

const file = (name: string, bytes = 10): File => new File([new Uint8Array(bytes)], name);
const stages = (all: Attachments): string[] => all.of(CHAT).map((each) => each.stage.is);
const settle = (): Promise<void> => vi.advanceTimersByTimeAsync(0).then(() => undefined);

describe("files that are sent in a chat", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("go one after the other, with the next Send, and leave the list when they have arrived", async () => {
    const { all, sent } = start();
    all.add(CHAT, [file("one"), file("two")]);
    expect([stages(all), sent.length]).toEqual([["ready", "ready"], 0]);
    expect(all.send(CHAT)).toBe(true);
    sent[0]?.progressed(0.5);
    expect(all.of(CHAT)[0]?.stage).toEqual({ is: "sending", part: 0.5 });
    expect(sent.map((each) => each.name)).toEqual(["one"]);
    sent[0]?.answer({ is: "done" });
    await settle();
    expect(sent.map((each) => each.name)).toEqual(["one", "two"]);
    sent[1]?.answer({ is: "done" });
    await settle();
    expect(all.of(CHAT)).toEqual([]);
    expect(all.send(CHAT)).toBe(false);
  });

  it("are kept when the connection is lost, and tried again under the same id", async () => {
    const { all, sent } = start();
    all.add(CHAT, [file("one")]);
    all.send(CHAT);
    sent[0]?.answer({ is: "no_answer" });
    await settle();
    expect(stages(all)).toEqual(["waiting"]);
    await vi.advanceTimersByTimeAsync(AGAIN_MS);
    expect(sent.length).toBe(2);
    sent[1]?.answer({ is: "no_answer" });
    await settle();
    // The connection is back earlier.
    all.hurry();
    expect(sent.map((each) => each.id)).toEqual([sent[0]?.id, sent[0]?.id, sent[0]?.id]);
  });

  it("go after the text that was sent with them", async () => {
    const { all, sent } = start();
    all.add(CHAT, [file("one")]);
    let store: (isStored: boolean) => void = () => undefined;
    const text = (): Promise<boolean> => new Promise((done) => (store = done));
    expect(all.send(CHAT, text())).toBe(true);
    // The connection comes back before the text is stored.
    all.hurry();
    expect([stages(all), sent.length]).toEqual([["after_text"], 0]);
    store(true);
    await settle();
    expect([stages(all), sent.length]).toEqual([["sending"], 1]);
    sent[0]?.answer({ is: "done" });
    await settle();
    // A text that is refused takes its files back.
    all.add(CHAT, [file("two")]);
    all.send(CHAT, text());
    store(false);
    await settle();
    expect([stages(all), sent.length]).toEqual([["ready"], 1]);
  });

  it("say why they wait: no answer, or what the service says", async () => {
    const { all, sent } = start();
    all.add(CHAT, [file("one")]);
    all.send(CHAT);
    sent[0]?.answer({ is: "no_answer" });
    await settle();
    expect(all.of(CHAT)[0]?.stage).toEqual({ is: "waiting", why: null });
    all.hurry();
    sent[1]?.answer({ is: "refused", message: "Too many files at once.", isFinal: false });
    await settle();
    expect(all.of(CHAT)[0]?.stage).toEqual({ is: "waiting", why: "Too many files at once." });
  });

  it("say why the service refuses them, and others go on", async () => {
    const { all, sent } = start();
    all.add(CHAT, [file("one"), file("two")]);
    all.send(CHAT);
    sent[0]?.answer({ is: "refused", message: "No more room.", isFinal: true });
    await settle();
    expect(all.of(CHAT)[0]?.stage).toEqual({ is: "failed", why: "No more room.", canRetry: false });
    expect(sent.map((each) => each.name)).toEqual(["one", "two"]);
  });

  it("are offered to be tried again when the service has been in trouble for a while", async () => {
    const { all, sent } = start();
    all.add(CHAT, [file("one")]);
    all.send(CHAT);
    for (let tries = 0; tries < 5; tries++) {
      expect(sent.length).toBe(tries + 1);
      sent[tries]?.answer({ is: "refused", message: "Later.", isFinal: false, retryAfterMs: 1_000 });
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(all.of(CHAT)[0]?.stage).toEqual({ is: "failed", why: "Later.", canRetry: true });
    all.retry(CHAT, sent[0]?.id ?? "");
    expect(sent.length).toBe(6);
  });

  it("stop when their user says so", async () => {
    const { all, sent } = start();
    all.add(CHAT, [file("one"), file("two")]);
    all.send(CHAT);
    all.remove(CHAT, sent[0]?.id ?? "");
    expect(sent[0]?.signal.aborted).toBe(true);
    sent[0]?.answer({ is: "no_answer" });
    await settle();
    expect(all.of(CHAT).map((each) => each.file.name)).toEqual(["two"]);
    expect(sent.map((each) => each.name)).toEqual(["one", "two"]);
  });

  it("that cannot be sent say so at once", () => {
    const { all, sent, told } = start();
    all.add(CHAT, [file("empty", 0), file("large", 101), file("fits", 100)]);
    expect(stages(all)).toEqual(["failed", "failed", "ready"]);
    all.send(CHAT);
    expect(sent.map((each) => each.name)).toEqual(["fits"]);
    all.add(CHAT, Array.from({ length: MOST }, (_, at) => file(`${at}`)));
    expect([all.of(CHAT).length, told.length]).toEqual([MOST, 1]);
  });
});

it("shows sizes as people read them", () => {
  const sizes = [1, 999, 1_550, 99_400, 248_311, 999_400, 10_485_760].map(fileSize);
  expect(sizes).toEqual(["0.1 kB", "1 kB", "1.6 kB", "99 kB", "248 kB", "999 kB", "10.5 MB"]);
});
