// The history of a technician's page: what is looked for, and what the service found. The service searches; this asks it, and the answer to
// the last question counts, whichever comes last.

import { spoken } from "../../catalogue";
import { cleanValue } from "../../displayText";
import type { EndedChat, History as Page, Transcript } from "../../wire";
import { history as words } from "../../words";

const PATH = "/technician/api/history";
/** How long an answer is waited for, in milliseconds: the service gives up at the same time. */
const ANSWER_MS = 15_000;

/** A client whose chats alone are listed. */
export interface Only {
  person: string;
  name: string;
}

/** What the service answers: what was asked for, or why not, for people. */
export type Answer<T> = { is: T } | { failed: string };

/** Where a transcript is. */
export function transcriptPath(id: string, as: "json" | "txt", withNotes: boolean): string {
  // A browser that downloads asks for its own language, and the text is for the reader of this page.
  const query = [...(withNotes ? ["notes"] : []), ...(as === "txt" ? [`language=${spoken}`] : [])].join("&");
  return `${PATH}/${encodeURIComponent(id)}/transcript.${as}${query === "" ? "" : `?${query}`}`;
}

/** What was written in a chat, private notes included. */
export const transcript = (id: string, get?: typeof fetch): Promise<Answer<Transcript>> =>
  answer(transcriptPath(id, "json", true), async (response) => JSON.parse(await response.text(), cleanValue) as Transcript, get);

/** The same as text, to copy. */
export const transcriptText = (id: string, withNotes: boolean): Promise<Answer<string>> =>
  answer(transcriptPath(id, "txt", withNotes), (response) => response.text());

async function answer<T>(
  path: string,
  read: (response: Response) => Promise<T>,
  get: typeof fetch = fetch,
): Promise<Answer<T>> {
  try {
    // Refusals come in the language of the page.
    const headers = { "accept-language": spoken };
    const response = await get(path, { headers, signal: AbortSignal.timeout(ANSWER_MS) });
    if (response.ok) return { is: await read(response) };
    const { message } = (await response.json()) as { message?: unknown };
    return { failed: typeof message === "string" ? message : words.failed };
  } catch {
    return { failed: words.failed };
  }
}

/** The list of chats that are over. */
export class History {
  /** What is typed. */
  text = $state("");
  only = $state.raw<Only | null>(null);
  chats = $state.raw<readonly EndedChat[]>([]);
  /** Whether there are older ones. */
  more = $state(false);
  isAsking = $state(false);
  /** Why the last answer did not come: to a search, or to the wish for older chats, which leaves those that are listed. */
  failed = $state.raw<{ older: boolean; why: string } | null>(null);
  /** Whether what is listed was looked for, in place of everything. */
  isSearched = $state(false);

  readonly #get: typeof fetch;
  #asked = 0;
  #query = "";

  constructor(get: typeof fetch = (...how) => fetch(...how)) {
    this.#get = get;
  }

  /** Looks for chats with the words that are typed, or lists all. */
  async search(): Promise<void> {
    const words = this.text.trim();
    const query = new URLSearchParams(words === "" ? {} : { words });
    if (this.only !== null) query.set("person", this.only.person);
    this.#query = query.toString();
    this.isSearched = this.#query !== "";
    await this.#load([]);
  }

  /** The next older ones. */
  async older(): Promise<void> {
    if (!this.isAsking) await this.#load(this.chats);
  }

  async #load(known: readonly EndedChat[]): Promise<void> {
    const asked = (this.#asked += 1);
    this.isAsking = true;
    const query = new URLSearchParams(this.#query);
    const last = known.at(-1);
    if (last !== undefined) query.set("before", last.id);
    const page = await answer(`${PATH}?${query}`, async (response) => JSON.parse(await response.text(), cleanValue) as Page, this.#get);
    if (asked !== this.#asked) return;
    this.isAsking = false;
    this.failed = "failed" in page ? { older: last !== undefined, why: page.failed } : null;
    if ("is" in page) {
      this.chats = [...known, ...page.is.chats];
      this.more = page.is.more;
    }
  }
}
