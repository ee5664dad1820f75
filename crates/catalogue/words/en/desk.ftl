# The app's status page.

desk-no-app = This page belongs to the Deskbell app: open Status from its tray icon.
desk-presence = Presence
desk-seen-by = Seen by
desk-nothing-sees = Nothing
desk-last-input = Last input
desk-in-use-since = In use since
desk-connection = Connection
desk-devices = Devices
desk-sent = What was sent
desk-nothing-sent = Nothing yet.
desk-this-computer = This computer
desk-off = Off
desk-connecting = Connecting…
desk-connecting-to = { $address }. Connecting…
desk-requests = Requests
desk-chats = Your chats
desk-open = Open
desk-unseen = { $count ->
    [one] { $count } new
   *[other] { $count } new
}
desk-silent = Ring silently for 30 minutes
desk-silent-until = Rings silently until { $until }
desk-ring-again = Ring again
desk-toasts-and-requests = Sound, toasts and requests
desk-toasts = Toasts and sound
desk-test-toast = Show a test toast with sound
desk-test-late = Show a test toast with the louder sound (for requests that have waited for a minute)
desk-sound-on = Toasts make a sound on this computer
desk-sound-choice = Which sound
desk-volume = Volume
desk-percent = { NUMBER($volume) } percent
desk-last-requests = What became of the last requests on this computer
desk-remembered = Deskbell remembers the last 50 until it quits or you sign out. It does not store them.
desk-no-requests = None since Deskbell was started or you signed in.
desk-back = Back to the status
desk-hide-names = Hide names and subjects in toasts and the tray (for when you share your screen)
desk-a-request = A request
desk-a-chat = A chat
desk-do-not-disturb = Requests ring silently while your desktop is in do-not-disturb.
desk-portal = Open portal
desk-sign-out = Sign out on this computer
desk-quit = Quit
desk-link = One-time link
desk-link-help = Paste the link that your administrator gave you.
desk-sign-in = Sign in
desk-signed-in-as = { $name }, { $organisation }
desk-lacks = What this computer lacks
desk-device-active = { $name }, active
desk-device-idle = { $name }, no input since { $since }
desk-device-locked = { $name }, locked { $since }
desk-device-asleep = { $name }, asleep since { $since }
desk-device-lost = { $device }, not connected
desk-version = Deskbell { $version }
desk-version-profile = Deskbell { $version }, profile { $profile }
desk-no-connection = No connection to { $address }.
desk-others-may-see = Others may see you as Offline. { $retrying }
desk-round-trip = { $address }, { NUMBER($ms) } ms

## How long a device may be without input

threshold-seconds = { $seconds ->
    [one] Away after { $seconds } second without input.
   *[other] Away after { $seconds } seconds without input.
}
threshold-minutes = { $minutes ->
    [1] Away after a minute without input.
    [one] Away after { $minutes } minute without input.
   *[other] Away after { $minutes } minutes without input.
}
