// Sends a file as the body of a request, since `fetch` does not say how much of it has gone.

import type { Upload, Uploaded } from "./attachments.svelte";
import { spoken } from "./catalogue";
import type { Problem } from "./wire";

/** How long the service may take to answer once everything has gone, in milliseconds: longer than it waits for its store. */
const ANSWER_WITHIN_MS = 45_000;
/** A line on which nothing goes for this long is dead, in milliseconds; the service waits a little less for the next piece. */
const PIECE_WITHIN_MS = 20_000;

/** Where a file of a chat is, below the path of this portal. */
export const fileAddress = (portal: string, session: string, id: string): string =>
  `${portal}/api/chats/${session}/files/${id}`;

/** Sends files to the service of this portal. */
export const uploadTo =
  (portal: string): Upload =>
  (session, id, file, signal, progressed) =>
    new Promise((done) => {
      const request = new XMLHttpRequest();
      let late: ReturnType<typeof setTimeout> | undefined;
      const end = (uploaded: Uploaded): void => {
        clearTimeout(late);
        signal.removeEventListener("abort", stop);
        done(uploaded);
      };
      const stop = (): void => request.abort();
      const lost = (): void => void isReadable(file).then((is) => end({ is: is ? "no_answer" : "unreadable" }));
      const within = (ms: number): void => {
        clearTimeout(late);
        late = setTimeout(stop, ms);
      };
      request.upload.onprogress = ({ loaded, total }) => {
        within(PIECE_WITHIN_MS);
        progressed(total === 0 ? 0 : loaded / total);
      };
      request.upload.onload = () => within(ANSWER_WITHIN_MS);
      request.onload = () => end(outcome(request));
      request.onerror = lost;
      request.onabort = lost;
      signal.addEventListener("abort", stop);
      request.open("POST", `${fileAddress(portal, session, id)}?name=${encodeURIComponent(file.name)}`);
      // Otherwise the browser would send what it makes of the name.
      request.setRequestHeader("content-type", "application/octet-stream");
      // Refusals come in the language of the page.
      request.setRequestHeader("accept-language", spoken);
      within(PIECE_WITHIN_MS);
      request.send(file);
    });

function outcome(request: XMLHttpRequest): Uploaded {
  const { status } = request;
  if (status >= 200 && status < 300) return { is: "done" };
  const message = problem(request.responseText);
  // A proxy that has no service behind it answers in words of its own.
  if (message === null && status >= 500) return { is: "no_answer" };
  const isFinal = status < 500 && status !== 408 && status !== 429;
  const seconds = Number(request.getResponseHeader("retry-after") ?? "");
  const retry = seconds > 0 ? { retryAfterMs: seconds * 1_000 } : {};
  return { is: "refused", message: message ?? `${status}`, isFinal, ...retry };
}

function problem(text: string): string | null {
  try {
    const { message } = JSON.parse(text) as Partial<Problem>;
    return message ?? null;
  } catch {
    return null;
  }
}

async function isReadable(file: File): Promise<boolean> {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
