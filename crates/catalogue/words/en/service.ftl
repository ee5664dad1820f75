# What the service answers over HTTP: to people who open an address, and to the page that signs in.

## Failures

http-link-unknown = This sign-in link is not known. Check that it is complete, or ask your administrator for a new one.
http-link-used = This sign-in link has already been used; each link works once. Ask your administrator for a new one.
http-link-ended = This sign-in link was revoked or replaced by a newer one. Use the newer one, or ask your administrator for a new link.
http-link-expired = This sign-in link is older than seven days and no longer works. Ask your administrator for a new one.
http-token-invalid = The app sent a token that is not 256 random bits in lower-case hex. Update the app.
http-body-invalid = The request does not match the protocol. See docs/protocol.md.
http-body-too-large = The request is larger than 16 KiB, so it was not read. Send less.
http-no-such-page = There is no such page here. Check the address, or open the link from your administrator again.
http-wrong-method = This address does not accept requests with this method. The Allow header lists the methods that it accepts.
http-no-upgrade = This address speaks WebSocket (version 13) only. Open it with a client for the protocol, not as a page.
http-internal = The service could not answer this request. Try again in a minute.
http-code-unknown = The code for this window has been used or is older than 30 seconds. Open the portal from the app again.
http-too-many-requests = Too many requests from this address. Wait a minute, then try again.
http-sign-in-busy = Too many sign-ins at once. Wait a few seconds, then try again.
http-store-down = The service cannot use its database just now. Try again in a minute.
http-foreign-origin = This page comes from an address other than the service's own, so it is refused. Open the portal at the service's address, or ask the administrator to allow the other one (allowed-origins).
http-no-origin = The request does not say which page it comes from, so it is refused: requests that use or set the portal's cookie need an Origin header with the service's own address.
http-not-signed-in = The request has no valid sign-in, so it is refused. Open your sign-in link, or ask your administrator for a new one.
http-for-technicians = Only technicians can search earlier chats. You find your own in your portal.
http-bad-search = The search is too long or does not match the protocol. Use at most 20 words and 200 characters.
http-too-many-searches = Too many searches at once. Try again in a second.
http-no-such-chat = The history has no chat with this id: it may not be completed yet, or it was deleted when the organisation's time for keeping it was over. Look for it in the lists.
http-no-subprotocol = The service speaks the WebSocket sub-protocol deskbell.v1+json only.
http-at-capacity = The service is full. Try again in a few seconds, or tell your administrator.
http-too-slow = The request took too long. Try again.
http-no-portal = The portal was not built into this program. Build it with cargo xtask run, or install a package.

## Pages that the service makes itself

page-home = Open your portal. If you use Deskbell for the first time in this browser, open the sign-in link from your administrator instead.
page-technician-portal = Technician portal
page-client-portal = Client portal
page-try-again = Try again
page-no-such-page-title = Page not found
page-not-a-page-title = This is not a page
page-not-a-page = Programs use this address, and there is nothing to see here. Open your portal instead.
page-too-many-requests-title = Too many requests
page-unavailable-title = Not available just now
page-refused-title = Request refused
http-files-off = Files cannot be sent here: the administrator has turned them off.
http-files-full = There is no more room for files in your organisation, so this one was not sent. Tell your administrator.
http-file-too-large = A file may have at most 10 MiB, and this one has more. Send a part of it.
http-file-empty = The file is empty, so it was not sent.
http-file-cut-off = The file did not arrive whole, so it was not sent. Send it again.
http-file-not-stored = The service could not store the file, so it was not sent. Try again in a minute, or tell your administrator.
http-file-refused = You cannot send files in this chat. Join it first.
http-file-too-late = This chat is over, so the file was not sent.
http-file-id-used = Another message in this chat has this id. Send the file with a new one.
http-files-busy = Too many files at once. Wait a few seconds, then try again.
http-no-file = There is no such file or chat here.
http-file-gone = This file is no longer on the service's disk. Ask for it to be sent again.

## Transcripts

transcript-chat = Chat
transcript-ticket = Ticket: { $reference }
transcript-client = Client: { $name }
transcript-client-of = Client: { $name } ({ $company })
transcript-technicians = Technicians: { $names }
transcript-time = { $from } to { $to } (UTC)
transcript-callback = Call back: { $phone }
transcript-private = { $name } (private note)
transcript-file = [file] { $name }
transcript-not-whole = [The chat has more messages than fit into a transcript.]
transcript-completed = [{ $time }] Completed by { $name }
transcript-completed-itself = [{ $time }] Completed by the service
transcript-note = Private note: { $note }
