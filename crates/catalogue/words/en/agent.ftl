# The tray agent: toasts, menu, answers. $since, $until and $at are times that are already in words, such as "12:04" or "yesterday 12:04".

## Times

agent-date = { $day } { $month }
agent-month = { $number ->
    [1] Jan
    [2] Feb
    [3] Mar
    [4] Apr
    [5] May
    [6] Jun
    [7] Jul
    [8] Aug
    [9] Sep
    [10] Oct
    [11] Nov
   *[12] Dec
}

## The state

agent-signed-out = Signed out
agent-sign-in-with-link = Sign in with the link from your administrator.
agent-portal-closed = The portal is closed. Open it to be reachable.
agent-connecting = Connecting…
agent-no-connection = No connection
agent-may-see-offline = Others may see you as Offline.
agent-may-see-offline-retrying = Others may see you as Offline. { $retrying }
agent-elsewhere-idle = This computer: no input since { $since }.
agent-elsewhere-locked = This computer: screen locked since { $since }.
agent-elsewhere-asleep = This computer: asleep since { $since }.
agent-away-asleep = Away, asleep since { $since }
agent-away-set = Away, set by you
agent-away-set-until = Away, set by you until { $until }
agent-away-set-back = Away, set by you until you are back
agent-still-requests = You still get requests.
agent-source-not-yet = Looking for a way to see input on this computer.
agent-no-source = Deskbell cannot see whether you are at this computer ({ $why }). Only use of its own window counts.
agent-rings-silently = Requests ring silently until { $until }.
agent-rings-again = Requests ring again.
agent-do-not-disturb = Requests ring silently while your desktop is in do-not-disturb.
agent-names-hidden = Toasts and the tray no longer show names and subjects.
agent-names-shown = Toasts and the tray show names and subjects again.
sound-set-on = Toasts make a sound on this computer: { $sound }, volume { NUMBER($volume) } percent.
sound-set-off = Sound is off on this computer: toasts make none. When it is on again: { $sound }, volume { NUMBER($volume) } percent.

## Sign-in and sign-out

agent-sign-in-first = Nobody is signed in on this computer. Sign in with the link from your administrator first.
agent-role-not-known = The service has not said yet who is signed in here. Try again when the connection is back.
agent-address-lost = The settings no longer name a service, so the sign-in cannot be used. Sign in again with a new link.
agent-link-without-secret = This link is incomplete: the part behind # is missing. Copy the whole link from your administrator.
agent-not-a-link = This is not a sign-in link. A sign-in link looks like https://…/sign-in#… and comes from your administrator.
agent-not-a-deep-link = Deskbell cannot follow this link. Links can open the portal, a chat or the status, or sign in.
agent-signing-in-already = A sign-in is already in progress. Wait until it has finished.
agent-answer-first = A window is waiting for your answer about another sign-in link, so this one was not followed. Answer there first, then open this link again.
agent-just-refused = A sign-in link was refused a moment ago, so this one was not followed. Open it again in ten seconds if you want to sign in.
agent-question-over = This question is over, and nothing was done. Open the sign-in link again if you want to sign in.
agent-signed-in-as = Signed in as { $name }.
agent-signed-in-already = { $name } is already signed in on this computer. Sign out first.
agent-asks-in-a-window = Deskbell asks in a window whether to sign in to { $host }. Nothing is sent to that service until you press “Sign in” there.
agent-cannot-ask = A link wants to sign in to { $host }. It was not followed, because Deskbell cannot open the window that asks you first. If your administrator gave it to you, run “deskbell sign-in” in a terminal and paste the https:// link there.
agent-signed-out-here = Signed out on this computer.
agent-signed-out-already = Nobody was signed in on this computer.
agent-signed-out-here-only = Signed out on this computer. The service could not be told, so it keeps the sign-in until an administrator ends it.
agent-signed-out-title = Signed out
agent-sign-in-ended = The sign-in of this computer was ended, by you or by an administrator. Sign in again with a new link.
agent-replaced-title = Requests no longer ring here
agent-replaced = Another running copy of this app, perhaps on a copy of this computer, has taken over the connection. Quit one of them and start Deskbell again.

## Answers

agent-clients-are-automatic = Presence is automatic for clients; it follows your use of this computer, and there is nothing to set.
agent-changed-since = Another setting has replaced it.
agent-technicians-only = Only technicians can do this.
agent-clients-only = Only clients can do this.
agent-kept = No connection. This will be sent when the connection is back.
agent-no-connection-to-ask = No connection, so Deskbell cannot tell whether this request is still waiting. Try again when the connection is back.
agent-unanswered = The connection ended before the service answered.
agent-quitting = Deskbell quit before the service answered.
agent-joined = Joined.
agent-dismissed = Silenced for you; still waiting in the menu.
agent-invitation-over = This invitation is over.

## Windows

agent-no-display = Deskbell cannot open a window, because there is no display. Log in to a desktop, or use a browser.
agent-no-code = The service did not send a code for the portal. Close the window and open it again.
agent-no-portal = No connection: { $why }. The portal opens when the connection is back.
agent-closed-title = You are Offline now
agent-closing = Closing makes you Offline. Minimise to stay reachable.
agent-crashed-title = The Deskbell window closed unexpectedly
agent-crashed-once = It was opened again.
agent-crashed-for-good = It stays closed. Open it from the tray or with “deskbell open”.

## Toasts

# In the place of a name that cannot be shown
agent-somebody = Somebody
agent-join = Join
agent-open = Open
agent-dismiss = Dismiss
agent-not-now = Not now
agent-accept = Accept
agent-needs-help = { $who } needs help
agent-awaits-answer = { $who } is waiting for your answer
agent-client-awaits-answer = A client is waiting for your answer
agent-a-request-waits = A request waits
agent-waiting = Waiting { $waited }
agent-about-waiting = { $about } · waiting { $waited }
agent-about-waiting-again = { $messages ->
    [0] { $about } · was with { $name } · waiting { $waited }
    [one] { $about } · was with { $name }, { $messages } message · waiting { $waited }
   *[other] { $about } · was with { $name }, { $messages } messages · waiting { $waited }
}
agent-hands-over = { $name } hands over { $who }
agent-a-chat-is-offered = A chat is offered to you
agent-several = { NUMBER($count) } waiting, longest { $longest }
agent-several-where = They are all in the menu.
agent-join-longest = Join the longest
agent-invitation = { $name } would like to chat
agent-invitation-from = { $name } from { $organisation } would like to chat
agent-invited = You are invited to a chat
agent-invitation-unanswered = { $client } did not answer your invitation.
agent-taken-over = { $name } has taken over the chat with { $client }.
agent-taken-over-hidden = A colleague has taken over a chat from you.
agent-not-taken-over = { $name } did not take over the chat with { $client }. You still have it.
agent-nobody-took-over = Nobody took over the chat with { $client }. You still have it.
agent-not-taken-over-hidden = Nobody took over a chat from you. You still have it.
agent-a-new-message = A new message
agent-sent-picture = Sent a picture
agent-sent-file = Sent { $name }

## The test toast

toast-test-title = This is a test
toast-test-body = Requests look and sound like this.
toast-test-late-body = Requests that have waited for a minute sound like this.
toast-test-running = A test is under way already.
toast-test-do-not-disturb = It makes no sound, and your desktop may not show it, since it is in do-not-disturb.
toast-test-silent = It makes no sound, since you have requests ring silently until { $until }.
toast-test-sound-off = It makes no sound, since sound is off on this computer.
toast-test-shown = Your desktop has taken the test toast. { $but }
toast-test-not-heard = If you did not hear it, check this computer's volume.
toast-test-not-shown = Your desktop did not show the test toast within { NUMBER($seconds) } s. { $why }
toast-test-log-in-again = Log out and in again; if that does not help, tell your administrator.

## The tray menu

menu-online = Online (automatic)
menu-away = Away
menu-away-for = Away for…
menu-until-back = Until I am back
menu-ring-silently = Ring silently
# In its place while the desktop is in do-not-disturb
menu-rings-silently = Ring silently (desktop in do-not-disturb)
# In its place while the user has chosen it; $until: a clock time
menu-rings-silently-until = Ring silently (until { $until })
menu-ring-again = Ring again
menu-names = Names and subjects
menu-names-hidden = Names and subjects (hidden)
menu-show-names = Shown
menu-hide-names = Hidden
menu-open-portal = Open portal
menu-status = Status…
menu-sign-out = Sign out on this computer
menu-sign-out-means = You need a new link to sign in again.
menu-sign-out-now = Sign out now
menu-sign-out-whom = Sign out { $name } now
menu-quit = Quit
menu-span = { $minutes ->
    [60] 1 hour
    [one] { $minutes } minute
   *[other] { $minutes } minutes
}
menu-nobody-waits = Nobody is waiting
menu-waiting = Waiting requests ({ NUMBER($count) })
menu-no-chats = No chats in progress
menu-chats = Chats in progress ({ NUMBER($count) })
menu-chats-new = Chats in progress ({ NUMBER($count) }), { NUMBER($unseen) } new
menu-chats-long = Chats in progress ({ NUMBER($count) }), { NUMBER($long) } for over an hour
menu-chats-new-long = Chats in progress ({ NUMBER($count) }), { NUMBER($unseen) } new, { NUMBER($long) } for over an hour
menu-a-request = A request
menu-join = { $who }, waiting since { $since }: Join
menu-join-silenced = { $who }, waiting since { $since }, silenced: Join
menu-more-waiting = { $count ->
    [one] { $count } more is waiting: see the portal
   *[other] { $count } more are waiting: see the portal
}
menu-more-chats = { $count ->
    [one] { $count } more is in progress: see the portal
   *[other] { $count } more are in progress: see the portal
}
menu-a-chat = A chat
menu-chat = { $with }: { $subject }
menu-chat-new = { $chat } ({ NUMBER($unseen) } new)
menu-chat-since = { $chat } (since { $since })
menu-chat-new-since = { $chat } ({ NUMBER($unseen) } new, since { $since })

## What became of a request on this computer, in the status window

record-request = A request
record-elsewhere = Another of your devices rang. Requests ring where you were active last.
record-not-here = It did not ring here.
record-over-first = It was over before it could be shown.
record-not-yet = Your desktop has not shown its toast yet.
record-do-not-disturb = Your desktop was in do-not-disturb: it took the toast, and may not have shown it.
record-silent-do-not-disturb = It rang silently, since your desktop was in do-not-disturb.
record-silent-by-user = It rang silently, as you had set.
record-sound-off = It made no sound, since sound was off here.
record-dismissed = You silenced it.
record-dismissed-before = You had silenced it already.
record-shown = Its toast was on the screen at { $at }.
record-not-shown = Its toast could not be shown: { $why }
record-sounded = { $times ->
    [1] It sounded once.
    [one] It sounded { $times } time.
   *[other] It sounded { $times } times.
}
record-not-heard = Its sound could not be played: { $why }
