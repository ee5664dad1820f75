// Everything that users read in the portals, from values to words: what the components call, over the catalogue of the languages
// (crates/catalogue/words). Users never read of pushing, sessions or handling: they read invite, chat, in progress. Knows no
// page; times come in by the service's clock, and so does `now`.

import { locale, say } from "./catalogue";
import { isolated } from "./displayText";
import { clock, lasting, secondsUntil, when } from "./time";
import type { AwayReason, EndedChat, Presence, SessionView, State, Until } from "./wire";

const STATE: Record<State, string> = { online: say("state-online"), away: say("state-away"), offline: say("state-offline") };

/** One of the three states, bare. */
export const stateWord = (is: State): string => STATE[is];

/** A presence as others read it, with reason and time. */
export function presence(is: Presence, now: number): string {
  switch (is.state) {
    case "online":
      return STATE.online;
    case "offline":
      // The beginning of time means that there was no device yet.
      return is.since === 0 ? say("presence-never") : say("presence-offline", { since: when(is.since, now) });
    case "away":
      return away(is.reason, when(is.since, now), is.until === undefined ? null : when(is.until, now));
  }
}

function away(reason: AwayReason, since: string, until: string | null): string {
  switch (reason) {
    case "idle":
      return say("presence-idle", { since });
    case "locked":
      return say("presence-locked", { since });
    case "asleep":
      return say("presence-asleep", { since });
    case "manual":
      return until === null ? say("presence-manual", { since }) : say("presence-manual-until", { until });
  }
}

/** One's own presence, in the words of the tray. */
export function ownPresence(is: Presence, until: Until | null, now: number): string {
  if (is.state !== "away" || is.reason !== "manual") return presence(is, now);
  if (until === null || until === "cleared") return say("own-away");
  return until === "back" ? say("own-away-back") : say("own-away-until", { until: when(until.time, now) });
}

/** Who asks, with the company where there is one. */
export const who = ({ client_name: name, company }: { client_name: string; company?: string }): string =>
  company === undefined ? name : say("who", { name, company });

/** What a chat is about. */
export function about(session: { subject: string; reference?: string }): string {
  return session.reference === undefined
    ? subject(session)
    : say("about", { subject: subject(session), reference: session.reference.replace(/^#/, "") });
}

/** The same without its reference, and a reference by itself. */
export const subject = (session: { subject: string }): string =>
  session.subject === "" ? say("about-chat") : session.subject;
export const reference = (reference: string): string => say("reference", { reference });

/** Names that stay whole: with a comma or in these scripts the family name comes first, or one given name has several parts. */
const IS_WHOLE = /,|\p{Script=Arabic}|\p{Script=Han}|\p{Script=Hangul}|\p{Script=Hiragana}|\p{Script=Katakana}/u;

/** What a person is called within a sentence: the first name where it comes first. */
export function first(name: string): string {
  return isolated(IS_WHOLE.test(name) ? name.trim() : (name.trim().split(/\s+/)[0] ?? name));
}

const LIST = new Intl.ListFormat(locale, { type: "unit" });
/** First names in a row. */
const firsts = (names: readonly string[]): string => LIST.format(names.map(first));

/** No connection; what others see matters to a technician. */
export const noConnection = { client: say("connection-lost"), technician: say("connection-technician") };

/** Beside the words above. */
export const connection = { lost: say("connection-lost"), retry: say("connection-retry") };

/** When the connection is tried again; null for now. */
export function retrying(retryAt: number | null, now: number): string {
  return retryAt === null ? say("retrying-now") : say("retrying-in", { seconds: secondsUntil(retryAt, now) });
}

/** What happened to a chat that the reader did not join. */
export function lateFor(session: SessionView, now: number): string {
  switch (session.status) {
    case "invited":
      return session.inviter === undefined
        ? ""
        : say("late-invited", { inviter: first(session.inviter.name), client: first(session.client_name) });
    case "waiting":
      return "";
    case "handled": {
      const by = session.participants.find((each) => each.left === undefined);
      return by === undefined ? say("late-in-progress") : joined(by.name, by.joined, now);
    }
    case "abandoned":
      return leftUnanswered(session);
    case "callback":
      return say("asks-to-be-called", { client: first(session.client_name) });
    case "completed":
      return isNeverAccepted(session) ? answered(session) : say("late-over");
  }
}

/** Whether a session is an invitation that has ended without a chat (C7). */
function isNeverAccepted(session: SessionView): boolean {
  return session.kind === "push" && session.status === "completed" && session.participants.length === 0;
}

/** What became of an invitation, for the technician who sent it (C7). */
export function answered(session: SessionView): string {
  const client = first(session.client_name);
  if (!isNeverAccepted(session)) return say("invitation-accepted", { client });
  if (session.completed_by === session.client) return say("invitation-declined", { client });
  return session.completed_by === undefined ? say("invitation-unanswered", { client }) : say("invitation-taken-back");
}

/** A client who is not Online was not invited (C7). */
export function notInvited(is: "away" | "offline", name: string, since: number, now: number): string {
  // As for a presence, the beginning of time means that there was no device yet.
  if (since === 0) return say("technician-not-invited-never", { client: first(name) });
  return say(is === "away" ? "not-invited-away" : "not-invited-offline", { client: first(name), since: when(since, now) });
}

/** Who joined, and when. */
export const joined = (name: string, at: number, now: number): string =>
  say("joined-at", { name: first(name), at: when(at, now) });

/** A request that nobody joined in time. */
export function leftUnanswered(session: SessionView): string {
  const after = lasting((session.ended ?? session.waiting_since) - session.waiting_since);
  return say("left-unanswered", { client: first(session.client_name), after });
}

/** How many requests are ahead in the queue. */
export const inLine = (ahead: number): string => say("client-in-line", { ahead });

/** The line between messages where a chat begins. */
export const begun = (session: Pick<SessionView, "created" | "subject" | "reference">): string =>
  say("talk-begun", { time: clock(session.created), about: about(session) });

export const sendFailed = say("send-failed");

export const technician = {
  automatic: say("technician-automatic"),
  away: say("technician-away"),
  awayFor: say("technician-away-for"),
  span: (minutes: number): string => say("technician-span", { minutes }),
  untilBack: say("technician-until-back"),
  awaySpan: (minutes: number): string => say("technician-away-span", { minutes }),
  awayBack: say("technician-away-back"),
  signOut: say("technician-sign-out"),
  signOutApp: say("technician-sign-out-app"),
  ownMenu: (name: string, state: string): string => say("technician-own-menu", { name, state: state.replace(/\.$/, "") }),
  skip: say("technician-skip"),
  keys: say("technician-keys"),
  more: say("technician-more"),
  back: (list: string): string => say("technician-back", { list }),
  closePeople: say("technician-close-people"),
  late: say("technician-late"),
  silenced: say("technician-silenced"),
  dismissWhom: (label: string, name: string): string => say("technician-dismiss-whom", { label, name }),
  withThem: (names: readonly string[]): string => say("technician-with", { names: firsts(names) }),
  tabs: { waiting: say("technician-tab-waiting"), mine: say("technician-tab-mine"), team: say("technician-tab-team"), callbacks: say("technician-tab-callbacks"), missed: say("technician-tab-missed") },
  lists: say("technician-lists"),
  join: say("technician-join"),
  invite: say("technician-invite"),
  inviteWhom: (name: string): string => say("technician-invite-whom", { name }),
  invited: (leftMs: number): string => say("technician-invited", { left: lasting(leftMs) }),
  awaiting: (name: string): string => say("technician-awaiting", { name: first(name) }),
  left: (leftMs: number): string => say("technician-left", { left: lasting(leftMs) }),
  takeBack: say("technician-take-back"),
  joinToo: say("technician-join-too"),
  handOver: say("technician-hand-over"),
  handOverTo: say("technician-hand-over-to"),
  everybody: say("technician-everybody"),
  handOverNote: say("technician-hand-over-note"),
  offer: say("technician-offer"),
  keep: say("technician-keep"),
  handsOver: (by: string): string => say("technician-hands-over", { name: first(by) }),
  offered: (to: string | undefined): string =>
    to === undefined ? say("technician-offered-all") : say("technician-offered", { name: first(to) }),
  notTakenOver: (to: string | undefined): string =>
    to === undefined ? say("technician-nobody-took-over") : say("technician-not-taken-over", { name: first(to) }),
  takenOver: (by: string, client: string): string =>
    say("technician-taken-over", { name: first(by), client: first(client) }),
  notNow: say("technician-not-now"),
  dismiss: say("technician-dismiss"),
  dismissed: say("technician-dismissed"),
  joining: say("technician-joining"),
  none: {
    waiting: say("technician-none-waiting"),
    mine: say("technician-none-mine"),
    team: say("technician-none-team"),
    callbacks: say("technician-none-callbacks"),
    missed: say("technician-none-missed"),
  },
  older: (count: number): string => say("technician-older", { count }),
  needsHelp: (session: SessionView): string =>
    say("technician-needs-help", { who: who(session), about: about(session) }),
  needHelp: (count: number): string => say("technician-need-help", { count }),
  /** With whom a chat was that waits again, and how much was said (C9). */
  wasWith: (session: SessionView): string => say("technician-was-with", { name: lastWith(session), messages: session.messages }),
  notes: (count: number): string => say("technician-notes", { count }),
  privateNote: say("technician-private-note"),
  addNote: say("technician-add-note"),
  writeNote: say("technician-write-note"),
  onlyTechnicians: say("technician-only-technicians"),
  isPrivate: say("technician-is-private"),
  privateBy: (name: string, time: string): string => say("technician-private-by", { name: isolated(name), time }),
  replyInstead: say("technician-reply-instead"),
  completed: (client: string): string => say("technician-completed", { client: first(client) }),
  undo: say("technician-undo"),
  complete: say("technician-complete"),
  note: say("technician-note"),
  noteOptional: say("technician-note-optional"),
  cancel: say("technician-cancel"),
  leave: say("technician-leave"),
  nothingOpen: say("technician-nothing-open"),
  nothingOpenKeys: say("technician-nothing-open-keys", { keys: `${say("keys-ctrl")} K` }),
  looking: say("technician-looking"),
  unknown: { over: say("technician-unknown-over"), not_found: say("technician-unknown") },
  askedToBeCalled: say("technician-asked-to-be-called"),
  call: say("technician-call"),
  copy: say("technician-copy"),
  copied: say("technician-copied"),
  notCopied: say("technician-not-copied"),
  asked: say("technician-asked"),
  find: say("technician-find"),
  technicians: say("technician-technicians"),
  noCompany: say("technician-no-company"),
  youAre: (state: string): string => say("technician-you-are", { state }),
  whom: say("technician-whom"),
  everyone: say("technician-everyone"),
  online: STATE.online,
  inChat: say("technician-in-chat"),
  nobodyFound: (wanted: string, isOnlineOnly: boolean): string => {
    if (wanted === "") return say("technician-nobody-online");
    return isOnlineOnly ? say("technician-nobody-found-online") : say("technician-nobody-found");
  },
  people: say("technician-people"),
  conversation: say("technician-conversation"),
  noLink: say("connection-lost"),
  waited: say("technician-waited"),
};

const lastWith = (session: SessionView): string => first(session.participants.at(-1)?.name ?? "");

/** Notifications of a portal page, and what the page says about them. */
export const bell = {
  needsHelp: (session: SessionView): string => say("bell-needs-help", { who: who(session) }),
  waiting: (session: SessionView, waited: number): string => {
    const values = { about: about(session), waited: lasting(waited) };
    return session.participants.length === 0
      ? say("bell-waiting", values)
      : say("bell-waiting-again", { ...values, name: lastWith(session), messages: session.messages });
  },
  awaitsAnswer: (session: SessionView): string => say("bell-awaits-answer", { who: who(session) }),
  open: say("bell-open"),
  several: (count: number, longest: number): string => say("bell-several", { count, longest: lasting(longest) }),
  severalWhere: say("bell-several-where"),
  join: say("bell-join"),
  dismiss: say("bell-dismiss"),
  joinLongest: say("bell-join-longest"),
  from: (session: SessionView, technician: string | undefined): string => technician ?? who(session),
  asksToBeCalled: (session: SessionView): string =>
    session.callback === undefined
      ? say("asks-to-be-called", { client: first(session.client_name) })
      : say("asks-to-be-called-at", { client: first(session.client_name), phone: session.callback.phone }),
  joined: (session: SessionView): string => {
    const by = session.participants.find((each) => each.left === undefined);
    return by === undefined ? say("late-in-progress") : say("joined-in-time", { name: first(by.name) });
  },
  waitsAgain: say("bell-waits-again"),
  invitation: (session: SessionView, organisation: string): string =>
    client.invitation(session.inviter?.name ?? "", organisation),
  accept: say("bell-accept"),
  notNow: say("bell-not-now"),
  handsOver: (session: SessionView, by: string): string => {
    const giver = session.participants.find((each) => each.person === by);
    return say("bell-hands-over", { name: first(giver?.name ?? ""), who: who(session) });
  },
  notTakenOver: (session: SessionView): string => {
    const [to, client] = [session.hand_over?.to_name, first(session.client_name)];
    return to === undefined ? say("bell-nobody-took-over", { client }) : say("bell-not-taken-over", { name: first(to), client });
  },
  takenOver: (session: SessionView): string => {
    const by = session.participants.findLast((each) => each.left === undefined);
    return technician.takenOver(by?.name ?? "", session.client_name);
  },
  ended: say("bell-ended"),
  allow: say("bell-allow"),
  sound: say("bell-sound"),
  soundOn: say("bell-sound-on"),
  volume: say("bell-volume"),
  percent: (volume: number): string => say("bell-percent", { volume }),
  test: say("bell-test"),
  testTitle: say("bell-test-title"),
  testBody: say("bell-test-body"),
  off: say("bell-off"),
  mute: say("bell-mute"),
  /** For a technician, below the requests that wait. */
  technician: {
    app: say("bell-technician-app"),
    rings: say("bell-technician-rings"),
    ask: say("bell-technician-ask"),
    denied: say("bell-technician-denied"),
    unsupported: say("bell-technician-unsupported"),
    failed: say("bell-technician-failed"),
  },
  /** For a client who asks or waits; empty where there is nothing to say. */
  client: {
    app: "",
    rings: say("bell-client-rings"),
    ask: say("bell-client-ask"),
    denied: say("bell-client-denied"),
    unsupported: say("bell-client-unsupported"),
    failed: say("bell-client-unsupported"),
  },
};

/** Chats that are over, for technicians. */
export const history = {
  title: say("history-title"),
  search: say("history-search"),
  of: (name: string): string => say("history-of", { name }),
  everybody: say("history-everybody"),
  nothing: say("history-nothing"),
  empty: say("history-empty"),
  noneWith: (name: string): string => say("history-none-with", { name }),
  older: say("history-older"),
  found: (count: number, hasMore: boolean): string =>
    hasMore ? say("history-found-more", { count }) : say("history-found", { count }),
  choose: say("history-choose"),
  loading: say("history-loading"),
  failed: say("history-failed"),
  again: say("history-again"),
  earlier: (name: string): string => say("history-earlier", { name: first(name) }),
  open: say("history-open"),
  copy: say("history-copy"),
  copied: say("history-copied"),
  notCopied: say("history-not-copied"),
  text: say("history-text"),
  json: say("history-json"),
  withNotes: say("history-with-notes"),
  nothingSaid: say("history-nothing-said"),
  notWhole: say("history-not-whole"),
  /** How a chat ended, and by whom. */
  completed: (chat: EndedChat, now: number): string =>
    chat.completed_by === undefined
      ? say("history-completed-itself", { time: when(chat.completed, now) })
      : say("history-completed", { name: chat.completed_by.name, time: when(chat.completed, now) }),
  abandoned: (name: string): string => say("history-abandoned", { name: first(name) }),
};

export const replies = {
  title: say("replies-title"),
  matching: (typed: string): string => say("replies-matching", { typed }),
  /** How many there are to choose from, read aloud. */
  count: (count: number): string => say("replies-count", { count }),
  own: say("replies-own"),
  none: say("replies-none"),
  manage: say("replies-manage"),
  choose: say("replies-choose"),
  close: say("keys-close"),
  enter: say("keys-enter"),
  escape: say("keys-escape"),
  noRoom: (longest: number): string => say("replies-no-room", { longest }),
  explained: say("replies-explained"),
  cut: say("replies-cut"),
  yours: say("replies-yours"),
  ofOrganisation: (organisation: string): string => say("replies-of-organisation", { organisation }),
  noneOwn: say("replies-none-own"),
  noneOfOrganisation: say("replies-none-of-organisation"),
  full: (most: number): string => say("replies-full", { most }),
  add: say("replies-add"),
  edit: (name: string): string => say("replies-edit", { name }),
  change: say("replies-change"),
  remove: (name: string): string => say("replies-remove-named", { name }),
  removeShort: say("replies-remove"),
  removed: (name: string): string => say("replies-removed", { name }),
  undo: say("technician-undo"),
  name: say("replies-name"),
  text: say("replies-text"),
  save: say("replies-save"),
  cancel: say("technician-cancel"),
};

export const talk = {
  write: (to: string): string => say("talk-write", { name: to }),
  message: say("talk-message"),
  send: say("talk-send"),
  sending: say("talk-sending"),
  kept: say("talk-kept"),
  /** What became of one's last message; `kept` names the client who is not connected, or nobody to a client. */
  marks: {
    sent: (at: number): string => say("talk-sent", { time: clock(at) }),
    kept: (client: string | null): string =>
      client === null ? say("talk-kept-there") : say("talk-kept-there-for", { name: first(client) }),
    delivered: (at: number): string => say("talk-delivered", { time: clock(at) }),
    seen: (): string => say("talk-seen"),
  },
  /** Who is writing; empty for nobody. */
  writing: (names: readonly string[]): string =>
    names.length === 0 ? "" : say("talk-writing", { names: firsts(names), count: names.length }),
  joined: (name: string, at: number): string => say("talk-joined", { name: first(name), time: clock(at) }),
  left: (name: string, at: number): string => say("talk-left", { name: first(name), time: clock(at) }),
  ended: (at: number): string => say("talk-ended", { time: clock(at) }),
  below: say("talk-below"),
  you: say("talk-you"),
  fresh: (count: number): string => say("talk-fresh", { count }),
  /** A message as it is read aloud. */
  said: (name: string, text: string): string => say("talk-said", { name, text }),
  by: (name: string, at: number): string => say("talk-by", { name, time: clock(at) }),
  at: (at: number): string => clock(at),

  log: say("talk-log"),
};

const KILOBYTES = new Intl.NumberFormat(locale, { style: "unit", unit: "kilobyte", maximumSignificantDigits: 2 });
const KILOBYTES_WHOLE = new Intl.NumberFormat(locale, { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 });
const MEGABYTES = new Intl.NumberFormat(locale, { style: "unit", unit: "megabyte", maximumFractionDigits: 1 });

/** A size as people read it, in units of a thousand, as file managers show it. Nothing is smaller than a tenth of a kilobyte. */
export function fileSize(bytes: number): string {
  const kilobytes = Math.max(bytes / 1_000, 0.1);
  if (kilobytes < 99.5) return KILOBYTES.format(kilobytes);
  return kilobytes < 999.5 ? KILOBYTES_WHOLE.format(kilobytes) : MEGABYTES.format(kilobytes / 1_000);
}

/** Files in chats. */
export const files = {
  attach: say("file-attach"),
  list: say("file-list"),
  drop: say("file-drop"),
  sending: (part: number): string => (part >= 1 ? say("file-sending-last") : say("file-sending", { percent: Math.floor(part * 100) })),
  progress: (name: string): string => say("file-progress", { name: isolated(name) }),
  kept: say("file-kept"),
  noAnswer: say("file-no-answer"),
  refusedForNow: (why: string): string => say("file-refused-for-now", { why }),
  /** What has become of a file, as it is read aloud. */
  said: (name: string, text: string): string => say("talk-said", { name: isolated(name), text }),
  retry: say("file-retry"),
  cancel: (name: string): string => say("file-cancel", { name: isolated(name) }),
  remove: (name: string): string => say("file-remove", { name: isolated(name) }),
  empty: say("file-empty"),
  tooLarge: (most: number): string => say("file-too-large", { mebibytes: Math.floor(most / 1_048_576) }),
  tooMany: (count: number): string => say("file-too-many", { count }),
  unreadable: say("file-unreadable"),
  open: (name: string): string => say("file-open", { name: isolated(name) }),
  loadAgain: say("file-load-again"),
  loadAgainWhich: (name: string): string => say("file-load-again-which", { name: isolated(name) }),
  notLoaded: say("file-not-loaded"),
  download: say("file-download"),
  save: (size: string): string => say("file-save", { size }),
  close: say("file-close"),
  /** What became of a download of the app's window. */
  afterSaving: ({ name, saved }: { name: string; saved: boolean }): string => {
    const what = { name: name === "" ? say("file-unnamed") : isolated(name) };
    return saved ? say("file-saved", what) : say("file-not-saved", what);
  },
  /** In a notification. */
  sent: (file: { name: string; picture?: unknown }): string =>
    file.picture === undefined ? say("file-sent", { name: isolated(file.name) }) : say("file-sent-picture"),
};

export const client = {
  language: say("client-language"),
  staffed: say("client-staffed"),
  unstaffed: say("client-unstaffed"),
  kept: say("client-kept"),
  noLink: say("client-no-link"),
  invitation: (name: string, organisation: string): string =>
    say("client-invitation", { name: first(name), organisation }),
  accept: say("client-accept"),
  notNow: say("client-not-now"),
  chats: say("client-chats"),
  newChat: say("client-new-chat"),
  noChats: say("client-no-chats"),
  askShort: say("client-ask-short"),
  unread: say("client-unread"),
  skip: say("client-skip"),
  signOut: say("client-sign-out"),
  signOutApp: say("client-sign-out-app"),
  with: (names: readonly string[]): string => say("client-with", { names: firsts(names) }),
  stages: { waiting: say("client-waiting"), called: say("client-called"), ended: say("client-over") },
  back: say("client-back"),
  unknown: say("client-unknown"),
  looking: say("client-looking"),
  ask: say("client-ask"),
  subject: say("client-subject"),
  reference: say("client-reference"),
  askButton: say("client-ask-button"),
  reachable: say("client-reachable"),
  reachableInApp: say("client-reachable-app"),
  finding: say("client-finding"),
  findingOther: say("client-finding-other"),
  nobody: say("client-nobody"),
  callMe: say("client-call-me"),
  phone: say("client-phone"),
  callNote: say("client-call-note"),
  askCall: say("client-ask-call"),
  waitOn: say("client-wait-on"),
  leave: say("client-leave"),
  endAsk: say("client-end-ask"),
  end: say("client-end"),
  stay: say("client-stay"),
  ended: say("client-ended"),
  missed: say("client-missed"),
  again: say("client-again"),
  willCall: (phone: string | null): string => phone === null ? say("client-will-call") : `${say("client-will-call-at")} `,
  waited: say("client-waited"),
  badPhone: say("client-bad-phone"),
  earlier: say("client-earlier"),
  older: (count: number): string => say("client-older", { count }),
  changeCallback: say("client-change-callback"),
  cancelCallback: say("client-cancel-callback"),
  save: say("client-save"),
  keepCallback: say("client-keep-callback"),
};

/** How and when a client's chat ended. */
export function endedAs(session: SessionView, now: number): string {
  const at = when(session.ended ?? session.waiting_since, now);
  const names = session.participants.map((each) => each.name);
  if (names.length > 0) return say("client-ended-with", { at, names: firsts(names) });
  return session.status === "abandoned" ? say("client-ended-alone", { at }) : at;
}

export const signIn = {
  title: say("sign-in-title"),
  refusedTitle: say("sign-in-refused-title"),
  what: say("sign-in-what"),
  button: say("sign-in-button"),
  working: say("sign-in-working"),
  noSecret: say("sign-in-no-secret"),
  noAnswer: say("sign-in-no-answer"),
  out: say("sign-in-out"),
  outInApp: say("sign-in-out-app"),
  outTitle: say("sign-in-out-title"),
  codeTitle: say("sign-in-code-title"),
  code: say("sign-in-code"),
  codeNo: say("sign-in-code-no"),
  codeYes: say("sign-in-code-yes"),
  insecureTitle: say("sign-in-insecure-title"),
  insecure: say("sign-in-insecure"),
  leaveTitle: say("sign-in-leave-title"),
  leave: say("sign-in-leave"),
  leaveInApp: say("sign-in-leave-app"),
  leaveLater: say("sign-in-leave-later"),
  stay: say("sign-in-stay"),
  signOut: say("sign-in-sign-out"),
  stopped: say("sign-in-stopped"),
  stoppedTitle: say("sign-in-stopped-title"),
  partTitle: say("sign-in-part-title"),
  part: say("sign-in-part"),
  reload: say("sign-in-reload"),
  connecting: say("sign-in-connecting"),
  noAnswerYet: say("sign-in-no-answer-yet"),
};
