# Die Statusseite der App.

desk-no-app = Diese Seite gehört zur Deskbell-App: Öffnen Sie dort im Menü des Symbols „Status“.
desk-presence = Anwesenheit
desk-seen-by = Erkannt durch
desk-nothing-sees = Nichts
desk-last-input = Letzte Eingabe
desk-in-use-since = In Benutzung seit
desk-connection = Verbindung
desk-devices = Geräte
desk-sent = Was gesendet wurde
desk-nothing-sent = Noch nichts.
desk-this-computer = Dieser Computer
desk-off = Aus
desk-connecting = Verbindung wird hergestellt…
desk-connecting-to = { $address }. Verbindung wird hergestellt…
desk-requests = Anfragen
desk-chats = Ihre Chats
desk-open = Öffnen
desk-unseen = { $count ->
    [one] { $count } neu
   *[other] { $count } neu
}
desk-silent = 30 Minuten lang nicht klingeln
desk-silent-until = Stumm bis { $until }
desk-ring-again = Wieder klingeln
desk-toasts-and-requests = Ton, Benachrichtigungen und Anfragen
desk-toasts = Benachrichtigungen und Ton
desk-test-toast = Testbenachrichtigung mit Ton anzeigen
desk-test-late = Testbenachrichtigung mit dem lauteren Ton anzeigen (für Anfragen, die seit einer Minute warten)
desk-sound-on = Benachrichtigungen machen auf diesem Computer einen Ton
desk-sound-choice = Welcher Ton
desk-volume = Lautstärke
desk-percent = { NUMBER($volume) } Prozent
desk-last-requests = Was aus den letzten Anfragen auf diesem Computer wurde
desk-remembered = Deskbell merkt sich die letzten 50, bis es beendet wird oder Sie sich abmelden. Gespeichert werden sie nicht.
desk-no-requests = Keine, seit Deskbell gestartet wurde oder Sie sich angemeldet haben.
desk-back = Zurück zum Status
desk-hide-names = Namen und Betreff in Benachrichtigungen und im Symbolmenü verbergen (wenn Sie Ihren Bildschirm teilen)
desk-a-request = Eine Anfrage
desk-a-chat = Ein Chat
desk-do-not-disturb = Anfragen bleiben stumm, solange auf Ihrem Desktop „Nicht stören“ eingestellt ist.
desk-portal = Portal öffnen
desk-sign-out = Auf diesem Computer abmelden
desk-quit = Beenden
desk-link = Einmal-Link
desk-link-help = Fügen Sie den Link ein, den Sie von Ihrer Administration haben.
desk-sign-in = Anmelden
desk-signed-in-as = { $name }, { $organisation }
desk-lacks = Was diesem Computer fehlt
desk-device-active = { $name }, aktiv
desk-device-idle = { $name }, keine Eingabe seit { $since }
desk-device-locked = { $name }, gesperrt seit { $since }
desk-device-asleep = { $name }, im Ruhezustand seit { $since }
desk-device-lost = { $device }, nicht verbunden
desk-version = Deskbell { $version }
desk-version-profile = Deskbell { $version }, Profil { $profile }
desk-no-connection = Keine Verbindung zu { $address }.
desk-others-may-see = Für andere sind Sie möglicherweise offline. { $retrying }
desk-round-trip = { $address }, { NUMBER($ms) } ms

## Wie lange ein Gerät ohne Eingabe sein darf

threshold-seconds = { $seconds ->
    [one] Abwesend nach { $seconds } Sekunde ohne Eingabe.
   *[other] Abwesend nach { $seconds } Sekunden ohne Eingabe.
}
threshold-minutes = { $minutes ->
    [1] Abwesend nach einer Minute ohne Eingabe.
    [one] Abwesend nach { $minutes } Minute ohne Eingabe.
   *[other] Abwesend nach { $minutes } Minuten ohne Eingabe.
}
