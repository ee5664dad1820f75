// The client of the open chat, whatever the page knows the chat from. Pure.

import type { EndedChat, SessionView } from "../../wire";

/** Whom an open chat is with. */
export interface Client {
  /** The open chat. */
  chat: string;
  id: string;
  name: string;
  company?: string;
}

/** The client of a chat that is not over. */
export const clientOf = ({ id: chat, client: id, client_name: name, company }: SessionView): Client => ({
  chat,
  id,
  name,
  ...(company === undefined ? {} : { company }),
});

/** The client of a chat from the history. */
export const clientOfEnded = ({ id: chat, client, company }: EndedChat): Client => ({
  chat,
  id: client.person,
  name: client.name,
  ...(company === undefined ? {} : { company }),
});
