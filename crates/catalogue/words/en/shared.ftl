# Words of more than one surface. $since, $until, $at and $time are times that are already in words, such as "12:04" or "yesterday 12:04".

state-online = Online
state-away = Away
state-offline = Offline

## A presence as others read it

presence-never = Offline, has never signed in
presence-offline = Offline since { $since }
presence-idle = Away, no input since { $since }
presence-locked = Away, screen locked since { $since }
presence-asleep = Away, computer asleep since { $since }
presence-manual = Away, set manually at { $since }
presence-manual-until = Away, set manually until { $until }

## One's own presence, set by hand

own-away = Away, set by you. You still get requests.
own-away-back = Away, set by you until you are back. You still get requests.
own-away-until = Away, set by you until { $until }. You still get requests.

## Times

day-today = Today
day-yesterday = Yesterday
time-yesterday = yesterday { $time }
time-tomorrow = tomorrow { $time }
time-on = { $day } { $time }

## Who and what

who = { $name } ({ $company })
about = { $subject } · #{ $reference }
about-chat = Chat

## The connection

connection-lost = No connection.
connection-retry = Retry now
connection-technician = No connection. Others may see you as Offline.
retrying-now = Retrying now.
retrying-in = Retrying in { NUMBER($seconds) } s.
send-failed = Too much is waiting to be sent. Wait for the connection, then try again.

## What became of a request or an invitation

late-invited = { $inviter } has invited { $client } to a chat.
late-in-progress = This chat is in progress.
late-over = This chat is over.
asks-to-be-called = { $client } asks to be called.
asks-to-be-called-at = { $client } asks to be called: { $phone }
invitation-accepted = { $client } accepted your invitation.
invitation-declined = { $client } answered: not now.
invitation-unanswered = { $client } did not answer the invitation.
invitation-taken-back = The invitation was taken back.
not-invited-away = { $client } has been away since { $since }; invitation not sent.
not-invited-offline = { $client } has been offline since { $since }; invitation not sent.
joined-at = { $name } joined at { $at }.
joined-in-time = { $name } joined.
left-unanswered = { $client } left after { $after }; nobody joined.

## Before a link that was opened elsewhere signs in

question-window = Sign in?
question-title = A link wants to sign you in to this service:
question-this-computer = It runs on this computer.
question-means = If you sign in, your chats go to this service, and it sees whether you are at this computer. It can ring you and show you messages.
question-beware = Nothing has been sent to it yet. Sign in only if your administrator gave you this link and you know this address.
question-no = Do not sign in
question-yes = Sign in
question-working = Signing in…

## How toasts sound on this computer

sound-off = Sound is off on this computer: toasts make none.
sound-bell = Bell
sound-soft = Soft
sound-wood = Wood
