// What the client's page shows, from the click on "Ask for a chat" to the end.

import { expect, it } from "vitest";
import { draftKey, type DraftKind } from "../../drafts";
import type { Answered, Intent } from "../../link";
import type { Kept, Written } from "../../outbox";
import { State } from "../../state.svelte";
import type { SessionView, Status } from "../../wire";
import { ClientChat, REQUEST_LIVES_MS, type Page } from "./clientChat.svelte";

const REFUSED: Answered = { type: "error", re: "x", code: "already_active", message: "You are in a chat already." };

class FakePage implements Page {
  state = new State();
  now = 1_000;
  localNow = 501_000;
  kept: Kept[] = [];
  wanted: Intent[] = [];
  answers: ((answer: Answered) => void)[] = [];
  open: string | null = null;

  show(chat: string | null): void {
    this.open = chat;
  }

  ask(_: string, frame: Intent): Promise<Answered> {
    this.wanted.push(frame);
    return new Promise((answer) => this.answers.push(answer));
  }
  unanswered<T extends Written["type"]>(type: T): (Kept & { frame: Extract<Written, { type: T }> })[] {
    return this.kept.filter((each) => each.frame.type === type) as never;
  }
  refused(answer: Answered): boolean {
    return answer.type !== "ok";
  }
  drafts = new Map<string, string>();
  draft(of: string, is: DraftKind): string {
    return this.drafts.get(draftKey(of, is)) ?? "";
  }
  keepDraft(of: string, text: string, is: DraftKind): void {
    this.drafts.set(draftKey(of, is), text);
  }
  get lastId(): string {
    return this.wanted.at(-1)?.id ?? "";
  }
  /** A new connection that states nothing. */
  connectsAgain(): void {
    const { policy, preference } = this.state;
    const you = { id: "dana", name: "Dana Reyes", role: "client", organisation: "Acme IT" } as const;
    this.state.receive({ type: "welcome", now: 0, you, policy, preference }, 0);
    this.state.receive({ type: "synced" }, 0);
  }
  states(id: string, status: Status, rev: number): void {
    const session: SessionView = {
      id,
      rev,
      kind: "request",
      status,
      client: "dana",
      client_name: "Dana Reyes",
      subject: "Printer offline",
      created: 1_200,
      waiting_since: 1_200,
      participants: [],
      messages: 0,
    };
    this.state.receive({ type: "session", session }, 0);
  }
}

function asking() {
  const page = new FakePage();
  const chat = new ClientChat(page);
  const done = chat.ask("Printer offline", undefined);
  return { page, chat, done, id: page.lastId };
}

it("waits from the click on, before any answer, and with the service's clock once it has one", () => {
  const { page, chat, id } = asking();
  expect(chat.stage).toMatchObject({ is: "waiting", id, since: 1_000, session: null });
  page.states(id, "waiting", 1);
  expect(chat.stage).toMatchObject({ is: "waiting", id, since: 1_200 });
});

it("asks again when the request was refused", async () => {
  // C1
  const { page, chat, done } = asking();
  page.answers[0]?.(REFUSED);
  await done;
  expect(chat.stage).toEqual({ is: "asking" });
});

it("goes from waiting to the chat to its end, and then asks again", () => {
  const { page, chat, id } = asking();
  page.states(id, "waiting", 1);
  chat.follow(id);
  page.states(id, "handled", 2);
  expect(chat.stage.is).toBe("talking");
  page.states(id, "completed", 3);
  expect(chat.stage.is).toBe("ended");
  chat.putBehind(id);
  expect(chat.stage).toEqual({ is: "asking" });
});

it("does not wait for ever for what the service no longer shows", () => {
  const { page, chat, id } = asking();
  page.states(id, "waiting", 1);
  chat.follow(id);
  page.connectsAgain();
  expect(chat.stage).toEqual({ is: "asking" });
});

it("shows no end of a chat that this page has never seen going", () => {
  const page = new FakePage();
  page.states("old", "completed", 9);
  const chat = new ClientChat(page);
  chat.begin();
  expect(chat.stage).toEqual({ is: "asking" });
});

it("asks again at once after leaving the queue, without a connection too", () => {
  // C5
  const { page, chat, id } = asking();
  page.states(id, "waiting", 1);
  void chat.leave(id, true);
  expect(chat.stage).toEqual({ is: "asking" });
  expect(page.wanted.at(-1)).toMatchObject({ type: "chat.leave", session: id });
});

it("says at once who will be called, and goes back to waiting when that was refused", async () => {
  // C5
  const { page, chat, id } = asking();
  page.states(id, "waiting", 1);
  const done = chat.callMe(id, "+64 21 555 0199", undefined);
  expect(chat.stage).toMatchObject({ is: "called", id });
  expect(chat.phone(id)).toBe("+64 21 555 0199");
  page.answers[1]?.(REFUSED);
  await done;
  expect(chat.stage.is).toBe("waiting");
});

it("still says so after a reload", () => {
  const page = new FakePage();
  page.states("c", "callback", 2);
  const chat = new ClientChat(page);
  chat.begin();
  expect(chat.stage).toMatchObject({ is: "called", id: "c" });
});

it("shows the chat when a technician was quicker than the wish to be called", () => {
  const { page, chat, id } = asking();
  page.states(id, "waiting", 1);
  void chat.callMe(id, "+64 21 555 0199", undefined);
  page.states(id, "handled", 2);
  expect(chat.stage.is).toBe("talking");
});

const ASKED: Written = { type: "chat.request", id: "r1", subject: "Printer offline", reference: "48213" };

it("goes on with a request that a reload has cut off, under its own id", () => {
  const page = new FakePage();
  page.kept = [{ frame: ASKED, person: "dana", at: page.localNow - 400 }];
  const chat = new ClientChat(page);
  expect(page.wanted).toEqual([ASKED]);
  expect(chat.stage).toEqual({ is: "waiting", id: "r1", since: 600, session: null });
});

it("puts a request of long ago back into the form", () => {
  const page = new FakePage();
  page.kept = [{ frame: ASKED, person: "dana", at: page.localNow - REQUEST_LIVES_MS }];
  const chat = new ClientChat(page);
  expect(page.wanted).toEqual([]);
  expect(chat.stage).toEqual({ is: "asking" });
  expect(chat.draft).toEqual({ subject: "Printer offline", reference: "48213" });
});

it("gives the words back that the service refused", async () => {
  const { page, chat, done } = asking();
  page.answers.at(-1)?.(REFUSED);
  await done;
  expect(chat.draft.subject).toBe("Printer offline");
});

it("keeps a request that its user has gone back from, and finds it again", () => {
  const { page, chat, id } = asking();
  page.states(id, "waiting", 1);
  page.show(null);
  expect(chat.stage).toEqual({ is: "asking" });
  expect(chat.all).toMatchObject([{ is: "waiting", id }]);
  expect(page.wanted.map((frame) => frame.type)).toEqual(["chat.request"]);
  page.show(id);
  expect(chat.stage).toMatchObject({ is: "waiting", id });
});

it("never covers a chat by another one", () => {
  // C1
  const { page, chat, id } = asking();
  page.states(id, "handled", 1);
  page.states("other", "waiting", 1);
  expect(chat.stage).toMatchObject({ is: "talking", session: { id } });
  expect(chat.all).toHaveLength(2);
});

it("opens an earlier chat that the service has sent again, however old", () => {
  // C8
  const page = new FakePage();
  page.states("old", "completed", 9);
  const chat = new ClientChat(page);
  expect(chat.earlier.map((each) => each.id)).toEqual(["old"]);
  page.show("old");
  expect(chat.stage).toMatchObject({ is: "ended", session: { id: "old" } });
});

it("shows each of several requests that are not answered yet, the newest first", async () => {
  const { page, chat, id } = asking();
  void chat.ask("New laptop", "48213");
  const second = page.lastId;
  expect(chat.all).toMatchObject([
    { is: "waiting", id: second, session: null },
    { is: "waiting", id, session: null },
  ]);
  page.show(id);
  expect(chat.stage).toMatchObject({ is: "waiting", id });
  // One is refused, the other goes on.
  page.answers[0]?.(REFUSED);
  await Promise.resolve().then();
  expect(chat.all).toMatchObject([{ is: "waiting", id: second }]);
});
