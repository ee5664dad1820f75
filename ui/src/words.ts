// Everything that users read on the pages, in one catalogue. Users never read of pushing, sessions or handling: they read
// invite, chat, in progress. Knows no page; times come in by the service's clock, and so does `now`.

import { isolated } from "./displayText";
import { clock, lasting, secondsUntil, when } from "./time";
import type { AwayReason, Presence, SessionView, State, Until } from "./wire";

const STATE: Record<State, string> = { online: "Online", away: "Away", offline: "Offline" };

/** One of the three states, bare. */
export const stateWord = (is: State): string => STATE[is];

/** A presence as others read it, with reason and time. */
export function presence(is: Presence, now: number): string {
  switch (is.state) {
    case "online":
      return "Online";
    case "offline":
      // The beginning of time means that there was no device yet.
      if (is.since === 0) return "Offline, has never signed in";
      return `Offline since ${when(is.since, now)}`;
    case "away":
      return `Away, ${away(is.reason, is.since, is.until, now)}`;
  }
}

function away(reason: AwayReason, since: number, until: number | undefined, now: number): string {
  switch (reason) {
    case "idle":
      return `no input since ${when(since, now)}`;
    case "locked":
      return `screen locked since ${when(since, now)}`;
    case "asleep":
      return `computer asleep since ${when(since, now)}`;
    case "manual":
      return until === undefined ? `set manually at ${when(since, now)}` : `set manually until ${when(until, now)}`;
  }
}

/** One's own presence, in the words of the tray. */
export function ownPresence(is: Presence, until: Until | null, now: number): string {
  if (is.state !== "away" || is.reason !== "manual") return presence(is, now);
  return `Away, set by you${untilWords(until, now)}. You still get requests.`;
}

function untilWords(until: Until | null, now: number): string {
  if (until === null || until === "cleared") return "";
  return until === "back" ? " until you are back" : ` until ${when(until.time, now)}`;
}

/** A message from the system as a sentence; its error numbers help nobody here. */
export function sentence(text: string): string {
  const bare = text.replace(/ ?\(os error \d+\)/g, "").trim();
  if (bare === "") return "";
  return bare.charAt(0).toLocaleUpperCase() + bare.slice(1) + (/[.!?…]$/.test(bare) ? "" : ".");
}

/** Who asks, with the company where there is one. */
export const who = (session: { client_name: string; company?: string }): string =>
  session.company === undefined ? session.client_name : `${session.client_name} (${session.company})`;

/** What a chat is about. */
export function about(session: { subject: string; reference?: string }): string {
  const subject = session.subject === "" ? "Chat" : session.subject;
  return session.reference === undefined ? subject : `${subject} · #${session.reference.replace(/^#/, "")}`;
}

/** A person's first name, for use within a sentence. */
export const first = (name: string): string => isolated(name.trim().split(/\s+/)[0] ?? name);

/** No connection; what others see matters to a technician. */
export const noConnection = { client: "No connection.", technician: "No connection. Others may see you as Offline." };

/** Beside the words above. */
export const connection = { lost: "No connection.", retry: "Retry now" } as const;

/** When the connection is tried again; null for now. */
export function retrying(retryAt: number | null, now: number): string {
  return retryAt === null ? "Retrying now." : `Retrying in ${secondsUntil(retryAt, now)} s.`;
}

/** What happened to a chat that the reader did not join. */
export function lateFor(session: SessionView, now: number): string {
  switch (session.status) {
    case "invited":
      return session.inviter === undefined
        ? ""
        : `${first(session.inviter.name)} has invited ${first(session.client_name)} to a chat.`;
    case "waiting":
      return "";
    case "handled": {
      const by = session.participants.find((each) => each.left === undefined);
      return by === undefined ? "This chat is in progress." : joined(by.name, by.joined, now);
    }
    case "abandoned":
      return leftUnanswered(session);
    case "callback":
      return `${first(session.client_name)} asks to be called.`;
    case "completed":
      return isNeverAccepted(session) ? answered(session) : "This chat is over.";
  }
}

/** Whether a session is an invitation that has ended without a chat (C7). */
function isNeverAccepted(session: SessionView): boolean {
  return session.kind === "push" && session.status === "completed" && session.participants.length === 0;
}

/** What became of an invitation, for the technician who sent it (C7). */
export function answered(session: SessionView): string {
  const client = first(session.client_name);
  if (!isNeverAccepted(session)) return `${client} accepted your invitation.`;
  if (session.completed_by === session.client) return `${client} answered: not now.`;
  return session.completed_by === undefined
    ? `${client} did not answer the invitation.`
    : "The invitation was taken back.";
}

/** A client who is not Online was not invited (C7). */
export function notInvited(is: "away" | "offline", name: string, since: number, now: number): string {
  return `${first(name)} has been ${is} since ${when(since, now)}; invitation not sent.`;
}

/** Who joined, and when. */
export const joined = (name: string, at: number, now: number): string => `${first(name)} joined at ${when(at, now)}.`;

/** A request that nobody joined in time. */
export function leftUnanswered(session: SessionView): string {
  const after = lasting((session.ended ?? session.waiting_since) - session.waiting_since);
  return `${first(session.client_name)} left after ${after}; nobody joined.`;
}

/** How many requests are ahead in the queue. */
export function inLine(ahead: number): string {
  if (ahead === 0) return "You are first in line.";
  return ahead === 1 ? "One request is ahead of yours." : `${ahead} requests are ahead of yours.`;
}

/** The line between messages where a chat begins. */
export const begun = (session: SessionView): string => `${clock(session.created)} · ${about(session)}`;

/** A device's threshold in words. */
export function threshold(ms: number): string {
  const minutes = ms / 60_000;
  const long =
    minutes < 1
      ? `${Math.round(ms / 1000)} seconds`
      : minutes === 1
        ? "a minute"
        : `${Math.round(minutes * 10) / 10} minutes`;
  return `Away after ${long} without input.`;
}

export const sendFailed = "Too much is waiting to be sent. Wait for the connection, then try again.";

export const technician = {
  automatic: "Automatic",
  away: "Away",
  awayFor: "Away for…",
  span: (minutes: number): string => (minutes === 60 ? "1 hour" : `${minutes} minutes`),
  untilBack: "Until I am back",
  awaySpan: (minutes: number): string => `Away for ${minutes === 60 ? "1 hour" : `${minutes} minutes`}`,
  awayBack: "Away until I am back",
  signOut: "Sign out here",
  signOutApp: "Sign out on this computer",
  ownMenu: (name: string, state: string): string => `${name}, ${state.replace(/\.$/, "")}. Your menu`,
  skip: "Go to the chat",
  keys: "Keys",
  more: "More",
  back: (list: string): string => `Back to ${list}`,
  closePeople: "Close people",
  late: "Late",
  silenced: "Silenced for you",
  dismissWhom: (label: string, name: string): string => `${label}: ${name}`,
  withThem: (names: readonly string[]): string => `With ${names.map(first).join(", ")}`,
  tabs: { waiting: "Waiting", mine: "Mine", team: "Team", callbacks: "Callbacks", missed: "Missed" },
  lists: "Requests and chats",
  join: "Join",
  invite: "Invite",
  inviteWhom: (name: string): string => `Invite ${name} to a chat`,
  invited: (leftMs: number): string => `Invited, ${lasting(leftMs)} left`,
  awaiting: (name: string): string => `${first(name)} has been asked and has not answered yet.`,
  left: (leftMs: number): string => `${lasting(leftMs)} left to answer`,
  takeBack: "Take back",
  joinToo: "Join too",
  handOver: "Hand over",
  handOverTo: "Hand over to",
  everybody: "Everybody",
  handOverNote: "What the next one should know (optional)",
  offer: "Offer",
  keep: "Keep the chat",
  handsOver: (by: string): string => `${first(by)} hands this chat over.`,
  offered: (to: string | undefined): string =>
    `Offered to ${to === undefined ? "everybody" : first(to)}. You stay until somebody has joined.`,
  declined: (to: string): string => `${first(to)} answered: not now. You still have this chat.`,
  takenOver: (by: string, client: string): string => `${first(by)} has taken over the chat with ${first(client)}.`,
  notNow: "Not now",
  dismiss: "Dismiss",
  dismissed: "Silenced for you; still waiting.",
  joining: "Joining when the connection is back…",
  none: {
    waiting: "Nobody is waiting.",
    mine: "You are not in a chat.",
    team: "Nobody else is in a chat.",
    callbacks: "Nobody has asked to be called.",
    missed: "No missed requests.",
  },
  older: (count: number): string =>
    count === 1 ? "Show older (1 more missed request or callback)" : `Show older (${count} more missed requests and callbacks)`,
  needsHelp: (session: SessionView): string => `${who(session)} needs help: ${about(session)}`,
  needHelp: (count: number): string => `${count} requests are waiting.`,
  wasWith: (session: SessionView): string => `It ${wasWith(session)}.`,
  notes: (count: number): string => (count === 0 ? "Private notes" : `Private notes (${count})`),
  notesAre: "Only technicians see these notes.",
  privateNote: "Note for technicians",
  addNote: "Add note",
  completed: (client: string): string => `Completed: ${first(client)}.`,
  undo: "Undo",
  complete: "Complete",
  note: "What was done",
  noteOptional: "What was done (optional)",
  cancel: "Cancel",
  leave: "Leave",
  nothingOpen: "Join a request, or choose a chat.",
  looking: "Looking for this chat…",
  unknown: { over: "This chat is over.", not_found: "There is no such chat, or you are not allowed to see it." },
  askedToBeCalled: "Asked to be called",
  call: "Call",
  copy: "Copy",
  copied: "Copied",
  notCopied: "This browser did not allow copying. Select the number and copy it yourself.",
  asked: "Asked",
  find: "Find people",
  technicians: "Technicians",
  noCompany: "Clients",
  youAre: (state: string): string => `You: ${state}`,
  whom: "Whom to show",
  everyone: "All",
  online: STATE.online,
  inChat: "in chat",
  nobodyFound: (wanted: string, isOnlineOnly: boolean): string => {
    if (wanted === "") return "Nobody is Online.";
    return isOnlineOnly ? "Nobody with that name is Online." : "Nobody with that name.";
  },
  people: "People",
  conversation: "Chat",
  noLink: "No connection.",
  waited: "Waiting for",
} as const;

/** With whom a chat was that waits again, and how much was said (C9). */
function wasWith(session: SessionView): string {
  const by = first(session.participants.at(-1)?.name ?? "");
  const count = session.messages;
  const messages = count === 1 ? ", 1 message" : `, ${count} messages`;
  return `was with ${by}${count === 0 ? "" : messages}`;
}

/** Notifications of a portal page, and what the page says about them. */
export const bell = {
  needsHelp: (session: SessionView): string => `${who(session)} needs help`,
  waiting: (session: SessionView, waited: number): string => {
    const was = session.participants.length === 0 ? "" : ` · ${wasWith(session)}`;
    return `${about(session)}${was} · waiting ${lasting(waited)}`;
  },
  awaitsAnswer: (session: SessionView): string => `${who(session)} is waiting for your answer`,
  open: "Open",
  several: (count: number, longest: number): string => `${count} waiting, longest ${lasting(longest)}`,
  severalWhere: "They are all in the list.",
  join: "Join",
  dismiss: "Dismiss",
  joinLongest: "Join the longest",
  from: (session: SessionView, technician: string | undefined): string => technician ?? who(session),
  asksToBeCalled: (session: SessionView): string =>
    session.callback === undefined
      ? `${first(session.client_name)} asks to be called.`
      : `${first(session.client_name)} asks to be called: ${session.callback.phone}`,
  joined: (session: SessionView): string => {
    const by = session.participants.find((each) => each.left === undefined);
    return by === undefined ? "This chat is in progress." : `${first(by.name)} joined.`;
  },
  waitsAgain: "We are finding somebody else for you.",
  invitation: (session: SessionView, organisation: string): string =>
    client.invitation(session.inviter?.name ?? "", organisation),
  accept: "Accept",
  notNow: "Not now",
  handsOver: (session: SessionView, by: string): string => {
    const giver = session.participants.find((each) => each.person === by);
    return `${first(giver?.name ?? "")} hands over ${who(session)}`;
  },
  declined: (session: SessionView): string =>
    `${first(session.hand_over?.to_name ?? "")} answered: not now. You still have the chat with ${first(session.client_name)}.`,
  takenOver: (session: SessionView): string => {
    const by = session.participants.findLast((each) => each.left === undefined);
    return technician.takenOver(by?.name ?? "", session.client_name);
  },
  ended: "The chat has ended.",
  allow: "Allow notifications",
  sound: "Sound",
  soundOn: "Make a sound",
  volume: "Volume",
  percent: (volume: number): string => `${volume} percent`,
  test: "Test",
  testTitle: "This is a test",
  testBody: "Notifications look and sound like this.",
  off: "You have turned the sound off, so notifications are silent.",
  mute: "The browser does not play the sound until you click on this page. Until then, notifications make the sound of your system, if it has one.",
  /** For a technician, below the requests that wait. */
  technician: {
    app: "Requests appear here, and the Deskbell app rings while you are Online or Away.",
    rings: "Requests appear here and ring in this browser while you are Online or Away.",
    ask: "Requests appear here. They do not ring in this browser yet.",
    denied:
      "Requests appear here but do not ring: this browser is set to block notifications from this page. Allow them in the browser's settings for this address.",
    unsupported:
      "Requests appear here but do not ring: this browser cannot show notifications from this page. Keep it in sight, or use the Deskbell app on a computer.",
    failed:
      "Requests appear here but do not ring: this browser did not start the part of the page that shows notifications. Reload the page to try again.",
  },
  /** For a client who asks or waits; empty where there is nothing to say. */
  client: {
    app: "",
    rings: "This browser tells you when somebody joins, writes or invites you.",
    ask: "A notification can tell you when somebody joins, writes or invites you.",
    denied: "This browser blocks notifications from this page. Keep it in sight while you wait.",
    unsupported: "This browser cannot show notifications from this page. Keep it in sight while you wait.",
    failed: "This browser cannot show notifications from this page. Keep it in sight while you wait.",
  },
} as const;

/** The keys of the technician's portal: what each does, and what to press. */
export const keys = {
  title: "Keys",
  close: "Close",
  single: "Single keys on",
  groups: [
    {
      title: "Lists",
      keys: [
        ["Down", "J"],
        ["Up", "K"],
        ["Open", "Enter"],
        ["Join", "A"],
        ["Dismiss", "X"],
      ],
    },
    {
      title: "Go to",
      keys: [
        ["Waiting", "G", "W"],
        ["Mine", "G", "M"],
        ["Team", "G", "T"],
        ["Callbacks", "G", "C"],
        ["Missed", "G", "Shift", "M"],
      ],
    },
    {
      title: "In a chat",
      keys: [
        ["Reply", "R"],
        ["Hand over", "H"],
        ["Complete", "E"],
        ["Undo", "Z"],
        ["Send", "Enter"],
        ["New line", "Shift", "Enter"],
      ],
    },
    {
      title: "Anywhere",
      keys: [
        ["Find people", "/"],
        ["People", "P"],
        ["These keys", "?"],
        ["Close", "Esc"],
      ],
    },
  ],
} as const;

export const talk = {
  write: (to: string): string => `Write to ${to}…`,
  message: "Message",
  send: "Send",
  sending: "Sending…",
  kept: "Not sent yet. It will be sent when the connection is back.",
  sent: (at: number): string => `Sent ${clock(at)}`,
  joined: (name: string, at: number): string => `${first(name)} joined at ${clock(at)}`,
  left: (name: string, at: number): string => `${first(name)} left at ${clock(at)}`,
  ended: (at: number): string => `The chat ended at ${clock(at)}`,
  below: "New messages below",
  you: "You",
  fresh: (count: number): string => `${count} new`,
  by: (name: string, at: number): string => `${name}, ${clock(at)}`,
  at: (at: number): string => clock(at),

  log: "Conversation",
} as const;

export const client = {
  staffed: "Somebody is at their desk",
  unstaffed: "Nobody is at their desk right now",
  kept: "Your request is kept",
  noLink: "Not connected",
  invitation: (name: string, organisation: string): string => `${first(name)} from ${organisation} would like to chat`,
  accept: "Accept",
  notNow: "Not now",
  chats: "Your chats",
  newChat: "New request",
  noChats: "You have no open chats.",
  askShort: "Ask",
  unread: "new",
  skip: "Go to the chat",
  signOut: "Sign out here",
  signOutApp: "Sign out on this computer",
  with: (names: readonly string[]): string => `With ${names.map(first).join(", ")}`,
  stages: { waiting: "Waiting", called: "We will call you", ended: "Ended" },
  back: "Back to your chats",
  unknown: "This chat is over, or there is no such chat.",
  looking: "Looking for this chat…",
  ask: "How can we help?",
  subject: "What is it about?",
  reference: "Ticket number, if you have one",
  askButton: "Ask for a chat",
  reachable: "You can be reached while you are Online. Closing this page makes you Offline.",
  reachableInApp: "You can be reached while you are Online. Closing this window makes you Offline.",
  finding: "We are finding somebody for you.",
  findingOther: "We are finding somebody else for you.",
  nobody: "Nobody is at their desk right now.",
  callMe: "Call me back",
  phone: "Your phone number",
  callNote: "Anything we should know (optional)",
  askCall: "Ask to be called",
  waitOn: "Keep waiting",
  leave: "Leave",
  endAsk: "End this chat?",
  end: "End chat",
  stay: "Stay",
  ended: "The chat has ended.",
  missed: "This request ended before anybody joined.",
  again: "Ask again",
  willCall: (phone: string | null): string => (phone === null ? "We will call you." : "We will call you: "),
  waited: "You have waited",
  badPhone: "A phone number has digits, for example +64 9 555 0100.",
  earlier: "Earlier chats",
  older: (count: number): string => (count === 1 ? "Show older (1 more)" : `Show older (${count} more)`),
  changeCallback: "Change",
  cancelCallback: "Cancel the call",
  save: "Save",
  keepCallback: "Leave it as it is",
} as const;

/** How and when a client's chat ended. */
export function endedAs(session: SessionView, now: number): string {
  const at = when(session.ended ?? session.waiting_since, now);
  const names = session.participants.map((each) => first(each.name)).join(", ");
  if (names !== "") return `${at}, with ${names}`;
  return session.status === "abandoned" ? `${at}, nobody joined` : at;
}

export const signIn = {
  title: "Sign in to Deskbell",
  refusedTitle: "This link cannot sign you in",
  what: "This link signs this browser in. It works once.",
  button: "Sign in",
  working: "Signing in…",
  noSecret: "This sign-in link is incomplete. Open the link again, or ask your administrator for a new one.",
  noAnswer: "No answer from the service. Check the connection, then try again: the link still works.",
  out: "You are signed out here. Open your sign-in link, or ask your administrator for a new one.",
  outInApp: "You are signed out on this computer. Ask your administrator for a sign-in link, then open it here.",
  outTitle: "Signed out",
  codeTitle: "Use the sign-in of an app here?",
  code: "A link wants to sign this browser in with the sign-in of a Deskbell app, instead of its own. Continue only if you have just opened the portal from the app yourself.",
  codeNo: "Do not use it",
  codeYes: "Use it",
  insecureTitle: "This address is not secure",
  insecure: "Browsers run this page only if it was opened over https. Ask your administrator for the address that begins with https.",
  leaveTitle: "Sign out here?",
  leave: "This browser forgets you. To come back you need a new sign-in link from your administrator.",
  leaveInApp: "This computer forgets you. To come back you need a new sign-in link from your administrator.",
  leaveLater: "Not connected: sign out when the connection is back.",
  stay: "Stay signed in",
  signOut: "Sign out",
  stopped: "This page was opened elsewhere, so it has stopped here. Reload it to continue here.",
  stoppedTitle: "Stopped",
  reload: "Reload",
  connecting: "Connecting…",
  noAnswerYet: "No answer from the service yet. This page keeps trying.",
} as const;

/** Before a link that was opened elsewhere signs in. */
export const question = {
  window: "Sign in?",
  title: "A link wants to sign you in to this service:",
  thisComputer: "It runs on this computer.",
  means:
    "If you sign in, your chats go to this service, and it sees whether you are at this computer. It can ring you and show you messages.",
  beware: "Nothing has been sent to it yet. Sign in only if your administrator gave you this link and you know this address.",
  no: "Do not sign in",
  yes: "Sign in",
  working: "Signing in…",
} as const;

export const desk = {
  noApp: "This page belongs to the Deskbell app: open Status from its tray icon.",
  automatic: "Automatic",
  away: "Away",
  presence: "Presence",
  seenBy: "Seen by",
  nothingSees: "Nothing",
  lastInput: "Last input",
  inUseSince: "In use since",
  connection: "Connection",
  devices: "Devices",
  sent: "What was sent",
  nothingSent: "Nothing yet.",
  thisComputer: "This computer",
  lost: "not connected",
  off: "Off",
  connecting: "Connecting…",
  requests: "Requests",
  chats: "Your chats",
  open: "Open",
  unseen: (count: number): string => (count === 1 ? "1 new" : `${count} new`),
  silent: "Ring silently for 30 minutes",
  silentUntil: (at: number, now: number): string => `Rings silently until ${when(at, now)}`,
  ringAgain: "Ring again",
  toastsAndRequests: "Toasts and requests",
  toasts: "Toasts and sound",
  testToast: "Show a test toast with sound",
  lastRequests: "What became of the last requests on this computer",
  remembered: "Deskbell remembers the last 50 until it quits or you sign out. It does not store them.",
  noRequests: "None since Deskbell was started or you signed in.",
  back: "Back to the status",
  hideNames: "Hide names and subjects in toasts and the tray (for when you share your screen)",
  aRequest: "A request",
  aChat: "A chat",
  doNotDisturb: "Requests ring silently while your desktop is in do-not-disturb.",
  portal: "Open portal",
  signOut: "Sign out on this computer",
  quit: "Quit",
  link: "One-time link",
  linkHelp: "Paste the link that your administrator gave you.",
  signIn: "Sign in",
  signedInAs: (name: string, organisation: string): string => `${name}, ${organisation}`,
  lacks: "What this computer lacks",
  active: "active",
  idle: { idle: "no input since", locked: "locked", asleep: "asleep since" },
  version: (version: string, profile: string): string =>
    profile === "default" ? `Deskbell ${version}` : `Deskbell ${version}, profile ${profile}`,
  noConnection: (address: string): string => `No connection to ${address}.`,
  othersMaySee: (retryAt: number, now: number): string =>
    `Others may see you as Offline. ${retrying(retryAt > now ? retryAt : null, now)}`,
  roundTrip: (address: string, ms: number | undefined): string => (ms === undefined ? address : `${address}, ${ms} ms`),
} as const;
