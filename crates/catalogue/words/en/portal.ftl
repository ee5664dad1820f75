# The portals of technicians and clients.

## The technician's portal

technician-automatic = Automatic
technician-away = Away
technician-away-for = Away for…
technician-span = { $minutes ->
    [60] 1 hour
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
technician-until-back = Until I am back
technician-away-span = { $minutes ->
    [60] Away for 1 hour
    [one] Away for { $minutes } minute
   *[other] Away for { $minutes } minutes
}
technician-away-back = Away until I am back
technician-sign-out = Sign out here
technician-sign-out-app = Sign out on this computer
technician-own-menu = { $name }, { $state }. Your menu
technician-skip = Go to the chat
technician-keys = Keys
technician-more = More
technician-back = Back to { $list }
technician-close-people = Close people
technician-late = Late
technician-silenced = Silenced for you
technician-dismiss-whom = { $label }: { $name }
technician-with = With { $names }
technician-tab-waiting = Waiting
technician-tab-mine = Mine
technician-tab-team = Team
technician-tab-callbacks = Callbacks
technician-tab-missed = Missed
technician-lists = Requests and chats
technician-join = Join
technician-invite = Invite
technician-invite-whom = Invite { $name } to a chat
technician-invited = Invited, { $left } left
technician-awaiting = { $name } has been asked and has not answered yet.
technician-left = { $left } left to answer
technician-take-back = Take back
technician-join-too = Join too
technician-hand-over = Hand over
technician-hand-over-to = Hand over to
technician-everybody = Everybody
technician-hand-over-note = What the next one should know (optional)
technician-offer = Offer
technician-keep = Keep the chat
technician-hands-over = { $name } hands this chat over.
technician-offered = Offered to { $name }. You stay until somebody has joined.
technician-offered-all = Offered to everybody. You stay until somebody has joined.
technician-not-taken-over = { $name } did not take over this chat. You still have it.
technician-nobody-took-over = Nobody took over this chat. You still have it.
technician-taken-over = { $name } has taken over the chat with { $client }.
technician-not-now = Not now
technician-dismiss = Dismiss
technician-dismissed = Silenced for you; still waiting.
technician-joining = Joining when the connection is back…
technician-none-waiting = Nobody is waiting.
technician-none-mine = You are not in a chat.
technician-none-team = Nobody else is in a chat.
technician-none-callbacks = Nobody has asked to be called.
technician-none-missed = No missed requests.
technician-older = { $count ->
    [one] Show older ({ $count } more missed request or callback)
   *[other] Show older ({ $count } more missed requests and callbacks)
}
reference = #{ $reference }
technician-needs-help = { $who } needs help: { $about }
technician-need-help = { $count ->
    [one] { $count } request is waiting.
   *[other] { $count } requests are waiting.
}
technician-was-with = { $messages ->
    [0] It was with { $name }.
    [one] It was with { $name }, { $messages } message.
   *[other] It was with { $name }, { $messages } messages.
}
technician-notes = { $count ->
    [0] Private notes
   *[other] Private notes ({ $count })
}
technician-private-note = Note for technicians
technician-add-note = Add note
technician-not-invited-never = { $client } has never signed in; invitation not sent.
technician-write-note = Write a private note
technician-only-technicians = Only technicians see this
technician-is-private = Private note, only technicians see it
technician-private-by = Private note by { $name }, { $time }. Only technicians see it.
technician-reply-instead = Reply instead
technician-completed = Completed: { $client }.
technician-undo = Undo
technician-complete = Complete
technician-note = What was done
technician-note-optional = What was done (optional)
technician-cancel = Cancel
technician-leave = Leave
technician-nothing-open = Join a request, or choose a chat.
technician-nothing-open-keys = Press { $keys } to find people, chats and what was said in them.
technician-looking = Looking for this chat…
technician-unknown-over = This chat is over.
technician-unknown = There is no such chat, or you are not allowed to see it.
technician-asked-to-be-called = Asked to be called
technician-call = Call
technician-copy = Copy
technician-copied = Copied
technician-not-copied = This browser did not allow copying. Select the number and copy it yourself.
technician-asked = Asked
technician-find = Find people
technician-technicians = Technicians
technician-no-company = Clients
technician-you-are = You: { $state }
technician-whom = Whom to show
technician-everyone = All
technician-in-chat = in chat
technician-nobody-online = Nobody is Online.
technician-nobody-found-online = Nobody with that name is Online.
technician-nobody-found = Nobody with that name.
technician-people = People
technician-conversation = Chat
technician-waited = Waiting for

## Notifications, and what the page says about them

bell-needs-help = { $who } needs help
bell-waiting = { $about } · waiting { $waited }
bell-waiting-again = { $messages ->
    [0] { $about } · was with { $name } · waiting { $waited }
    [one] { $about } · was with { $name }, { $messages } message · waiting { $waited }
   *[other] { $about } · was with { $name }, { $messages } messages · waiting { $waited }
}
bell-awaits-answer = { $who } is waiting for your answer
bell-open = Open
bell-several = { NUMBER($count) } waiting, longest { $longest }
bell-several-where = They are all in the list.
bell-join = Join
bell-dismiss = Dismiss
bell-join-longest = Join the longest
bell-waits-again = We are finding somebody else for you.
bell-accept = Accept
bell-not-now = Not now
bell-hands-over = { $name } hands over { $who }
bell-not-taken-over = { $name } did not take over the chat with { $client }. You still have it.
bell-nobody-took-over = Nobody took over the chat with { $client }. You still have it.
bell-ended = The chat has ended.
bell-allow = Allow notifications
bell-sound = Sound
bell-sound-on = Make a sound
bell-volume = Volume
bell-percent = { NUMBER($volume) } percent
bell-test = Test
bell-test-title = This is a test
bell-test-body = Notifications look and sound like this.
bell-off = You have turned the sound off, so notifications are silent.
bell-mute = The browser does not play the sound until you click on this page. Until then, notifications make the sound of your system, if it has one.

# For a technician, below the requests that wait
bell-here = Rings here
bell-here-silent = Shows here, without sound
bell-elsewhere = Rings on another device of yours
bell-in-app = The app rings
bell-not-here = Does not ring here
bell-where = Where requests ring
bell-technician-app = Requests appear here, and the Deskbell app rings while you are Online or Away.
bell-technician-rings = Requests appear here and ring in this browser while you are Online or Away.
bell-technician-ask = Requests appear here. They do not ring in this browser yet.
bell-technician-denied = Requests appear here but do not ring: this browser is set to block notifications from this page. Allow them in the browser's settings for this address.
bell-technician-unsupported = Requests appear here but do not ring: this browser cannot show notifications from this page. Keep it in sight, or use the Deskbell app on a computer.
bell-technician-failed = Requests appear here but do not ring: this browser did not start the part of the page that shows notifications. Reload the page to try again.

# For a client who asks or waits
bell-client-rings = This browser tells you when somebody joins, writes or invites you.
bell-client-ask = A notification can tell you when somebody joins, writes or invites you.
bell-client-denied = This browser blocks notifications from this page. Keep it in sight while you wait.
bell-client-unsupported = This browser cannot show notifications from this page. Keep it in sight while you wait.

## Beside the chat: about its client

details-title = Details
details-close = Close details
details-of = Details of { $name }
details-beside = Beside the chat
details-gone = Removed or suspended
details-online = Online since { $since }
details-then = As of { $time }: { $presence }
details-only-online = You can invite people while they are Online.
details-in-chat = In this chat
details-joined = since { $time }
details-earlier = Earlier chats
details-none = No earlier chats.
details-nobody = Nobody joined
details-said = { $messages ->
    [0] { $names }, no messages
    [one] { $names }, { $messages } message
   *[other] { $names }, { $messages } messages
}
details-all = Show all in the history

## Search, jump, do

palette-title = Search or jump to…
palette-hint = People, chats, actions, words from earlier chats
palette-found = Found
palette-count = { $count ->
    [one] { $count } result
   *[other] { $count } results
}
palette-chats = Chats
palette-do = Actions
palette-search-history = Search the history for “{ $words }”
palette-join = Join the chat with { $client }
palette-dismiss = Dismiss the request of { $client }
palette-not-now = Not now: the chat with { $client }
palette-join-too = Join the chat with { $client }, too
palette-reply = Reply to { $client }
palette-note = Write a private note in the chat with { $client }
palette-hand-over = Hand over the chat with { $client }…
palette-keep = Keep the chat with { $client }
palette-complete = Complete the chat with { $client }…
palette-leave = Leave the chat with { $client }
palette-take-back = Take back the invitation to { $client }
palette-details = Details of { $client }
palette-person-open = { $presence } · open the chat
palette-person-invite = { $presence } · invite
palette-person-earlier = { $presence } · earlier chats
palette-undo = Undo completing the chat with { $client }
palette-keys = Show all keys
palette-sound-on = Turn the sound on
palette-sound-off = Turn the sound off
palette-test-sound = Test sound and notification
palette-language = Language: { $language }

## The history of technicians: completed chats

history-title = History
history-search = Words, names, companies, tickets
history-of = Only chats with { $name }
history-everybody = Everybody
history-nothing = Nothing matches. Try fewer words, or the beginning of a word. Private notes are not searched.
history-none-with = No chat with { $name } has been completed yet, or the organisation's time for keeping them is over. Choose Everybody to see other chats.
history-empty = No chat has been completed yet. Completed chats appear here, until the organisation's time for keeping them is over.
history-older = Show older chats
history-found = { $count ->
    [one] 1 chat
   *[other] { $count } chats
}
history-found-more = The newest { NUMBER($count) } chats
history-choose = Choose a chat to read it. You can copy or download each conversation.
history-loading = Loading…
history-failed = The history could not be loaded: no answer from the service. Check your connection, then try again.
history-again = Try again
history-earlier = Earlier chats of { $name }
history-open = Open it in the history
history-copy = Copy
history-copied = The conversation was copied.
history-not-copied = The conversation could not be copied. Download it as text instead.
history-text = Download as text
history-json = Download as JSON
history-with-notes = With private notes
history-nothing-said = Nobody wrote anything in this chat.
history-not-whole = The chat has more messages than can be shown here.
history-completed = Completed by { $name }, { $time }
history-completed-itself = Completed by the service, { $time }
history-abandoned = { $name } left before anybody joined.

## The keys of the technician's portal: what each does

keys-title = Keys
keys-close = Close
keys-single = Single keys on
keys-lists = Lists
keys-go-to = Go to
keys-in-chat = In a chat
keys-anywhere = Anywhere
keys-down = Down
keys-up = Up
keys-open = Open
keys-move = Move
keys-reply = Reply
keys-note = Private note
keys-send = Send
keys-new-line = New line
keys-pane = Next pane
keys-preference = Away, or Automatic
keys-these = These keys
# What is written on the keys
keys-enter = Enter
keys-ctrl = Ctrl
keys-shift = Shift
keys-escape = Esc

## Canned replies

replies-title = Canned replies
replies-matching = Canned replies for “{ $typed }”
replies-count = { $count ->
    [one] { $count } canned reply
   *[other] { $count } canned replies
}
replies-own = Yours
replies-none = No canned replies yet. Write one
replies-manage = Manage replies
replies-choose = Choose
replies-no-room = There is no room for this: a message has at most { NUMBER($longest) } characters.
replies-explained = Type / on an empty line of a message to choose one.
replies-cut = No connection. Canned replies can be changed when the connection is back.
replies-yours = Yours
replies-of-organisation = For everybody at { $organisation }
replies-none-own = You have none yet. Only you see the replies that you add here.
replies-none-of-organisation = None yet. Your administrator adds them.
replies-full = You have { NUMBER($most) }, which is the limit. Remove one to add another.
replies-add = New reply
replies-edit = Change the reply { $name }
replies-change = Change
replies-remove = Remove
replies-remove-named = Remove the reply { $name }
replies-removed = { $name } was removed.
replies-name = Short name
replies-text = Text
replies-save = Save

## The conversation

talk-write = Write to { $name }…
talk-message = Message
talk-send = Send
talk-sending = Sending…
talk-kept = Not sent yet. It will be sent when the connection is back.
talk-sent = Sent { $time }
talk-kept-there = Kept, shown when somebody is there
talk-kept-there-for = Kept, shown when { $name } is back
talk-delivered = Delivered { $time }
talk-seen = Seen
talk-writing = { $count ->
    [one] { $names } is writing…
   *[other] { $names } are writing…
}
talk-joined = { $name } joined at { $time }
talk-left = { $name } left at { $time }
talk-ended = The chat ended at { $time }
talk-begun = { $time } · { $about }
talk-below = New messages below
talk-you = You
talk-fresh = { NUMBER($count) } new
talk-by = { $name }, { $time }
talk-log = Conversation
talk-said = { $name }: { $text }

## Files in chats

file-attach = Attach files
file-list = Files to send
file-drop = Drop the files to attach them
file-sending = Sending, { NUMBER($percent) } %
file-sending-last = Sending…
file-progress = Sending { $name }
file-kept = Not sent yet. It will be sent when the connection is back.
file-no-answer = Not sent yet: the service does not answer. This page keeps trying.
file-refused-for-now = { $why } You need not do anything: this page tries again by itself.
file-retry = Try again
file-cancel = Stop sending { $name }
file-remove = Remove { $name }
file-empty = This file is empty.
file-too-large = A file may have at most { NUMBER($mebibytes) } MiB. Send a part of it.
file-too-many = { $count ->
    [one] At most one file goes at once. Send this one first.
   *[other] At most { $count } files go at once. Send these first.
}
file-unreadable = This file cannot be read. It may have been moved, or it is a folder.
file-open = Open { $name }
file-not-loaded = The picture could not be loaded.
file-load-again = Load again
file-load-again-which = Load again: { $name }
file-download = Download
file-save = { $size } · Download
file-close = Close
file-saved = { $name } is saved in your folder for downloads.
file-not-saved = { $name } could not be saved. Look whether your folder for downloads can be written to and the disk has room.
file-unnamed = The file
file-sent = Sent { $name }
file-sent-picture = Sent a picture

## The client's portal

client-staffed = Somebody is at their desk
client-unstaffed = Nobody is at their desk right now
client-kept = Your request is kept
client-no-link = Not connected
client-invitation = { $name } from { $organisation } would like to chat
client-accept = Accept
client-not-now = Not now
client-chats = Your chats
client-new-chat = New request
client-no-chats = You have no open chats.
client-ask-short = Ask
client-unread = new
client-skip = Go to the chat
client-language = Language
client-sign-out = Sign out here
client-sign-out-app = Sign out on this computer
client-with = With { $names }
client-waiting = Waiting
client-called = We will call you
client-over = Ended
client-back = Back to your chats
client-unknown = This chat is over, or there is no such chat.
client-looking = Looking for this chat…
client-ask = How can we help?
client-subject = What is it about?
client-reference = Ticket number, if you have one
client-ask-button = Ask for a chat
client-reachable = You can be reached while you are Online. Closing this page makes you Offline.
client-reachable-app = You can be reached while you are Online. Closing this window makes you Offline.
client-finding = We are finding somebody for you.
client-finding-other = We are finding somebody else for you.
client-nobody = Nobody is at their desk right now.
client-call-me = Call me back
client-phone = Your phone number
client-call-note = Anything we should know (optional)
client-ask-call = Ask to be called
client-wait-on = Keep waiting
client-leave = Leave
client-end-ask = End this chat?
client-end = End chat
client-stay = Stay
client-ended = The chat has ended.
client-missed = This request ended before anybody joined.
client-again = Ask again
client-will-call = We will call you.
# A phone number follows, as a link.
client-will-call-at = We will call you:
client-waited = You have waited
client-bad-phone = A phone number has digits, for example +64 9 555 0100.
client-earlier = Earlier chats
client-older = { $count ->
    [one] Show older ({ $count } more)
   *[other] Show older ({ $count } more)
}
client-change-callback = Change
client-cancel-callback = Cancel the call
client-save = Save
client-keep-callback = Leave it as it is
client-in-line = { $ahead ->
    [0] You are first in line.
    [1] One request is ahead of yours.
    [one] { $ahead } request is ahead of yours.
   *[other] { $ahead } requests are ahead of yours.
}
client-ended-with = { $at }, with { $names }
client-ended-alone = { $at }, nobody joined

## Sign-in and sign-out

sign-in-title = Sign in to Deskbell
sign-in-refused-title = This link cannot sign you in
sign-in-what = This link signs this browser in. It works once.
sign-in-button = Sign in
sign-in-working = Signing in…
sign-in-no-secret = This sign-in link is incomplete. Open the link again, or ask your administrator for a new one.
sign-in-no-answer = No answer from the service. Check the connection, then try again: the link still works.
sign-in-out = You are signed out here. Open your sign-in link, or ask your administrator for a new one.
sign-in-out-app = You are signed out on this computer. Ask your administrator for a sign-in link, then open it here.
sign-in-out-title = Signed out
sign-in-code-title = Use the sign-in of an app here?
sign-in-code = A link wants to sign this browser in with the sign-in of a Deskbell app, instead of its own. Continue only if you have just opened the portal from the app yourself.
sign-in-code-no = Do not use it
sign-in-code-yes = Use it
sign-in-insecure-title = This address is not secure
sign-in-insecure = Browsers run this page only if it was opened over https. Ask your administrator for the address that begins with https.
sign-in-leave-title = Sign out here?
sign-in-leave = This browser forgets you. To come back you need a new sign-in link from your administrator.
sign-in-leave-app = This computer forgets you. To come back you need a new sign-in link from your administrator.
sign-in-leave-later = Not connected: sign out when the connection is back.
sign-in-stay = Stay signed in
sign-in-sign-out = Sign out
sign-in-stopped = This page was opened elsewhere, so it has stopped here. Reload it to continue here.
sign-in-stopped-title = Stopped
sign-in-part = A part of this page could not be loaded. Check the network, then reload the page.
sign-in-part-title = Not loaded
sign-in-reload = Reload
sign-in-connecting = Connecting…
sign-in-no-answer-yet = No answer from the service yet. This page keeps trying.

## What the service has refused, by the code of its answer

refused-not-allowed = You cannot do this.
refused-taken = Somebody else joined first.
refused-taken-by = { $name } joined first.
refused-not-found = This chat does not exist. It may be over; check the list.
refused-over = This chat is over. Nothing more can be done in it.
refused-already-active = You already have an open chat about this. Open it, or leave it before you ask again.
refused-too-many = There are as many of these as there may be. Finish or remove one of them, then try again.
refused-invalid = Something in this is too long or missing. Correct it, then try again.
refused-unknown = The service does not know this yet. Update the service.
refused-note-needed = Nobody spoke with the client. Write a note about what was done, then complete it.
refused-nobody-stays = No other technician would stay with the client. Complete the chat instead.
refused-cannot-take-over = This technician is offline or in the chat already. Choose somebody else, or offer it to all.
refused-too-late = It is too late to undo that. To talk to the client again, invite them.
refused-client-away = The client is away, so the invitation was not sent. You can invite them when they are Online.
refused-client-offline = The client is offline, so the invitation was not sent. You can invite them when they are Online.
refused-rate-limited = Too much at once. Wait a moment, then try again.
refused-busy = The service could not store this just now, so it did not happen. Try again.
