# Die Portale für Techniker und Kunden.

## Das Portal für Techniker

technician-automatic = Automatisch
technician-away = Abwesend
technician-away-for = Abwesend für…
technician-span = { $minutes ->
    [60] 1 Stunde
    [one] { $minutes } Minute
   *[other] { $minutes } Minuten
}
technician-until-back = Bis ich zurück bin
technician-away-span = { $minutes ->
    [60] Für 1 Stunde abwesend
    [one] Für { $minutes } Minute abwesend
   *[other] Für { $minutes } Minuten abwesend
}
technician-away-back = Abwesend, bis ich zurück bin
technician-sign-out = Hier abmelden
technician-sign-out-app = Auf diesem Computer abmelden
technician-own-menu = { $name }, { $state }. Ihr Menü
technician-skip = Zum Chat springen
technician-keys = Tastenkürzel
technician-more = Mehr
technician-back = Zurück zu „{ $list }“
technician-close-people = Personen schließen
technician-late = Überfällig
technician-silenced = Für Sie stumm
technician-dismiss-whom = { $label }: { $name }
technician-with = Mit { $names }
technician-tab-waiting = Wartend
technician-tab-mine = Meine
technician-tab-team = Team
technician-tab-callbacks = Rückrufe
technician-tab-missed = Verpasst
technician-lists = Anfragen und Chats
technician-join = Beitreten
technician-invite = Einladen
technician-invite-whom = { $name } zu einem Chat einladen
technician-invited = Eingeladen, noch { $left }
technician-awaiting = { $name } wurde gefragt und hat noch nicht geantwortet.
technician-left = noch { $left } für eine Antwort
technician-take-back = Zurücknehmen
technician-join-too = Auch beitreten
technician-hand-over = Übergeben
technician-hand-over-to = Übergeben an
technician-everybody = Alle
technician-hand-over-note = Was man dazu wissen sollte (optional)
technician-offer = Anbieten
technician-keep = Chat behalten
technician-hands-over = { $name } möchte diesen Chat übergeben.
technician-offered = { $name } angeboten. Sie bleiben, bis jemand beigetreten ist.
technician-offered-all = Allen angeboten. Sie bleiben, bis jemand beigetreten ist.
technician-not-taken-over = { $name } hat diesen Chat nicht übernommen. Sie haben ihn weiterhin.
technician-nobody-took-over = Niemand hat diesen Chat übernommen. Sie haben ihn weiterhin.
technician-taken-over = { $name } hat den Chat mit { $client } übernommen.
technician-not-now = Jetzt nicht
technician-dismiss = Stummschalten
technician-dismissed = Für Sie stumm; die Anfrage wartet weiter.
technician-joining = Sie treten bei, sobald die Verbindung wieder steht…
technician-none-waiting = Niemand wartet.
technician-none-mine = Sie sind in keinem Chat.
technician-none-team = Sonst ist niemand in einem Chat.
technician-none-callbacks = Niemand hat um einen Rückruf gebeten.
technician-none-missed = Keine verpassten Anfragen.
technician-older = { $count ->
    [one] Ältere anzeigen (noch { $count } verpasste Anfrage oder ein Rückruf)
   *[other] Ältere anzeigen (noch { $count } verpasste Anfragen und Rückrufe)
}
reference = #{ $reference }
technician-needs-help = { $who } braucht Hilfe: { $about }
technician-need-help = { $count ->
    [one] { $count } Anfrage wartet.
   *[other] { $count } Anfragen warten.
}
technician-was-with = { $messages ->
    [0] Zuvor bei { $name }.
    [one] Zuvor bei { $name }, { $messages } Nachricht.
   *[other] Zuvor bei { $name }, { $messages } Nachrichten.
}
technician-notes = { $count ->
    [0] Interne Notizen
   *[other] Interne Notizen ({ $count })
}
technician-private-note = Notiz für Techniker
technician-add-note = Notiz hinzufügen
technician-not-invited-never = { $client } hat sich noch nie angemeldet; die Einladung wurde nicht gesendet.
technician-write-note = Interne Notiz schreiben
technician-only-technicians = Nur Techniker sehen das
technician-is-private = Interne Notiz, nur Techniker sehen sie
technician-private-by = Interne Notiz von { $name }, { $time }. Nur Techniker sehen sie.
technician-reply-instead = Stattdessen antworten
technician-completed = Abgeschlossen: { $client }.
technician-undo = Rückgängig
technician-complete = Abschließen
technician-note = Was getan wurde
technician-note-optional = Was getan wurde (optional)
technician-cancel = Abbrechen
technician-leave = Verlassen
technician-nothing-open = Treten Sie einer Anfrage bei oder wählen Sie einen Chat.
technician-nothing-open-keys = Mit { $keys } finden Sie Personen, Chats und was darin geschrieben wurde.
technician-looking = Dieser Chat wird gesucht…
technician-unknown-over = Dieser Chat ist beendet.
technician-unknown = Diesen Chat gibt es nicht, oder Sie dürfen ihn nicht sehen.
technician-asked-to-be-called = Hat um Rückruf gebeten
technician-call = Anrufen
technician-copy = Kopieren
technician-copied = Kopiert
technician-not-copied = Dieser Browser hat das Kopieren nicht erlaubt. Markieren Sie die Nummer und kopieren Sie sie selbst.
technician-asked = Angefragt
technician-find = Personen suchen
technician-technicians = Techniker
technician-no-company = Kunden
technician-you-are = Sie: { $state }
technician-whom = Wer angezeigt wird
technician-everyone = Alle
technician-in-chat = im Chat
technician-nobody-online = Niemand ist online.
technician-nobody-found-online = Niemand mit diesem Namen ist online.
technician-nobody-found = Niemand mit diesem Namen.
technician-people = Personen
technician-conversation = Chat
technician-waited = Wartezeit:

## Benachrichtigungen, und was die Seite dazu sagt

bell-needs-help = { $who } braucht Hilfe
bell-waiting = { $about } · wartet { $waited }
bell-waiting-again = { $messages ->
    [0] { $about } · zuvor bei { $name } · wartet { $waited }
    [one] { $about } · zuvor bei { $name }, { $messages } Nachricht · wartet { $waited }
   *[other] { $about } · zuvor bei { $name }, { $messages } Nachrichten · wartet { $waited }
}
bell-awaits-answer = { $who } wartet auf Ihre Antwort
bell-open = Öffnen
bell-several = { NUMBER($count) } wartend, am längsten { $longest }
bell-several-where = Sie stehen alle in der Liste.
bell-join = Beitreten
bell-dismiss = Stummschalten
bell-join-longest = Der ältesten beitreten
bell-waits-again = Wir suchen jemand anderen für Sie.
bell-accept = Annehmen
bell-not-now = Jetzt nicht
bell-hands-over = { $name } übergibt den Chat mit { $who }
bell-not-taken-over = { $name } hat den Chat mit { $client } nicht übernommen. Sie haben ihn weiterhin.
bell-nobody-took-over = Niemand hat den Chat mit { $client } übernommen. Sie haben ihn weiterhin.
bell-ended = Der Chat ist beendet.
bell-allow = Benachrichtigungen erlauben
bell-sound = Ton
bell-sound-on = Ton abspielen
bell-volume = Lautstärke
bell-percent = { NUMBER($volume) } Prozent
bell-test = Testen
bell-test-title = Dies ist ein Test
bell-test-body = So sehen Benachrichtigungen aus, und so klingen sie.
bell-off = Sie haben den Ton ausgeschaltet; Benachrichtigungen sind stumm.
bell-mute = Der Browser spielt den Ton erst ab, wenn Sie auf diese Seite geklickt haben. Bis dahin machen Benachrichtigungen den Ton Ihres Systems, falls es einen hat.

# Für Techniker, unter den wartenden Anfragen
bell-here = Klingelt hier
bell-here-silent = Zeigt hier, ohne Ton
bell-elsewhere = Klingelt auf einem anderen Ihrer Geräte
bell-in-app = Die App klingelt
bell-not-here = Klingelt hier nicht
bell-where = Wo Anfragen klingeln
bell-technician-app = Anfragen erscheinen hier, und die Deskbell-App klingelt, solange Sie online oder abwesend sind.
bell-technician-rings = Anfragen erscheinen hier und klingeln in diesem Browser, solange Sie online oder abwesend sind.
bell-technician-ask = Anfragen erscheinen hier. Sie klingeln in diesem Browser noch nicht.
bell-technician-denied = Anfragen erscheinen hier, klingeln aber nicht: Dieser Browser blockiert Benachrichtigungen dieser Seite. Erlauben Sie sie für diese Adresse in den Einstellungen des Browsers.
bell-technician-unsupported = Anfragen erscheinen hier, klingeln aber nicht: Dieser Browser kann keine Benachrichtigungen dieser Seite anzeigen. Behalten Sie die Seite im Blick, oder verwenden Sie die Deskbell-App auf einem Computer.
bell-technician-failed = Anfragen erscheinen hier, klingeln aber nicht: Dieser Browser hat den Teil der Seite nicht gestartet, der Benachrichtigungen anzeigt. Laden Sie die Seite neu, um es noch einmal zu versuchen.

# Für Kunden, die fragen oder warten
bell-client-rings = Dieser Browser meldet sich, wenn jemand beitritt, schreibt oder Sie einlädt.
bell-client-ask = Eine Benachrichtigung kann Ihnen melden, wenn jemand beitritt, schreibt oder Sie einlädt.
bell-client-denied = Dieser Browser blockiert Benachrichtigungen dieser Seite. Behalten Sie sie im Blick, während Sie warten.
bell-client-unsupported = Dieser Browser kann keine Benachrichtigungen dieser Seite anzeigen. Behalten Sie sie im Blick, während Sie warten.

## Neben dem Chat: über seinen Kunden

details-title = Details
details-close = Details schließen
details-of = Details zu { $name }
details-beside = Neben dem Chat
details-gone = Entfernt oder gesperrt
details-online = Online seit { $since }
details-then = Stand { $time }: { $presence }
details-only-online = Einladen können Sie nur Personen, die online sind.
details-in-chat = In diesem Chat
details-joined = seit { $time }
details-earlier = Frühere Chats
details-none = Keine früheren Chats.
details-nobody = Niemand ist beigetreten
details-said = { $messages ->
    [0] { $names }, keine Nachrichten
    [one] { $names }, { $messages } Nachricht
   *[other] { $names }, { $messages } Nachrichten
}
details-all = Alle im Verlauf anzeigen

## Suchen, springen, tun

palette-title = Suchen oder wechseln zu…
palette-hint = Personen, Chats, Aktionen, Wörter aus früheren Chats
palette-found = Gefunden
palette-count = { $count ->
    [one] { $count } Treffer
   *[other] { $count } Treffer
}
palette-chats = Chats
palette-do = Aktionen
palette-search-history = Verlauf nach „{ $words }“ durchsuchen
palette-join = Dem Chat mit { $client } beitreten
palette-dismiss = Anfrage von { $client } stummschalten
palette-not-now = Jetzt nicht: Chat mit { $client }
palette-join-too = Dem Chat mit { $client } auch beitreten
palette-reply = { $client } antworten
palette-note = Interne Notiz im Chat mit { $client } schreiben
palette-hand-over = Chat mit { $client } übergeben…
palette-keep = Chat mit { $client } behalten
palette-complete = Chat mit { $client } abschließen…
palette-leave = Chat mit { $client } verlassen
palette-take-back = Einladung an { $client } zurücknehmen
palette-details = Details zu { $client }
palette-person-open = { $presence } · Chat öffnen
palette-person-invite = { $presence } · einladen
palette-person-earlier = { $presence } · frühere Chats
palette-undo = Rückgängig: Abschluss des Chats mit { $client }
palette-keys = Alle Tastenkürzel anzeigen
palette-sound-on = Ton einschalten
palette-sound-off = Ton ausschalten
palette-test-sound = Ton und Benachrichtigung testen
palette-language = Sprache: { $language }

## Der Verlauf für Techniker: abgeschlossene Chats

history-title = Verlauf
history-search = Wörter, Namen, Firmen, Tickets
history-of = Nur Chats mit { $name }
history-everybody = Alle
history-nothing = Nichts gefunden. Versuchen Sie es mit weniger Wörtern oder mit dem Anfang eines Wortes. Interne Notizen werden nicht durchsucht.
history-none-with = Mit { $name } wurde noch kein Chat abgeschlossen, oder die Aufbewahrungszeit der Organisation ist abgelaufen. Wählen Sie Alle, um andere Chats zu sehen.
history-empty = Noch wurde kein Chat abgeschlossen. Abgeschlossene Chats erscheinen hier, bis ihre Aufbewahrungszeit vorbei ist.
history-older = Ältere Chats anzeigen
history-found = { $count ->
    [one] 1 Chat
   *[other] { $count } Chats
}
history-found-more = Die neuesten { NUMBER($count) } Chats
history-choose = Wählen Sie einen Chat, um ihn zu lesen. Sie können jedes Gespräch kopieren oder herunterladen.
history-loading = Wird geladen…
history-failed = Der Verlauf konnte nicht geladen werden: Der Dienst antwortet nicht. Prüfen Sie Ihre Verbindung, und versuchen Sie es dann noch einmal.
history-again = Noch einmal versuchen
history-earlier = Frühere Chats von { $name }
history-open = Im Verlauf öffnen
history-copy = Kopieren
history-copied = Das Gespräch wurde kopiert.
history-not-copied = Das Gespräch konnte nicht kopiert werden. Laden Sie es stattdessen als Text herunter.
history-text = Als Text herunterladen
history-json = Als JSON herunterladen
history-with-notes = Mit internen Notizen
history-nothing-said = In diesem Chat hat niemand etwas geschrieben.
history-not-whole = Der Chat hat mehr Nachrichten, als hier gezeigt werden können.
history-completed = Abgeschlossen von { $name }, { $time }
history-completed-itself = Vom Dienst abgeschlossen, { $time }
history-abandoned = { $name } ist gegangen, bevor jemand beigetreten ist.

## Die Tasten des Technikerportals: was jede tut

keys-title = Tastenkürzel
keys-close = Schließen
keys-single = Tastenkürzel mit einer Taste
keys-lists = Listen
keys-go-to = Gehe zu
keys-in-chat = Im Chat
keys-anywhere = Überall
keys-down = Abwärts
keys-up = Aufwärts
keys-open = Öffnen
keys-move = Auf, ab
keys-reply = Antworten
keys-note = Interne Notiz
keys-send = Senden
keys-new-line = Neue Zeile
keys-pane = Nächster Bereich
keys-preference = Abwesend oder Automatisch
keys-these = Diese Übersicht
# Was auf den Tasten steht
keys-enter = Enter
keys-ctrl = Strg
keys-shift = Umschalt
keys-escape = Esc

## Textbausteine

replies-title = Textbausteine
replies-matching = Textbausteine zu „{ $typed }“
replies-count = { $count ->
    [one] { $count } Textbaustein
   *[other] { $count } Textbausteine
}
replies-own = Eigener
replies-none = Noch keine Textbausteine. Jetzt einen anlegen
replies-manage = Textbausteine verwalten
replies-choose = Wählen
replies-no-room = Dafür ist kein Platz: Eine Nachricht hat höchstens { NUMBER($longest) } Zeichen.
replies-explained = Tippen Sie / in einer leeren Zeile einer Nachricht, um einen auszuwählen.
replies-cut = Keine Verbindung. Textbausteine lassen sich ändern, sobald die Verbindung wieder steht.
replies-yours = Ihre eigenen
replies-of-organisation = Für alle bei { $organisation }
replies-none-own = Sie haben noch keine. Nur Sie sehen die Textbausteine, die Sie hier anlegen.
replies-none-of-organisation = Noch keine. Ihre Administration legt sie an.
replies-full = Sie haben { NUMBER($most) }, mehr sind nicht möglich. Entfernen Sie einen, um einen anderen anzulegen.
replies-add = Neuer Textbaustein
replies-edit = Textbaustein { $name } ändern
replies-change = Ändern
replies-remove = Entfernen
replies-remove-named = Textbaustein { $name } entfernen
replies-removed = { $name } wurde entfernt.
replies-name = Kurzname
replies-text = Text
replies-save = Speichern

## Das Gespräch

talk-write = An { $name } schreiben…
talk-message = Nachricht
talk-send = Senden
talk-sending = Wird gesendet…
talk-kept = Noch nicht gesendet. Die Nachricht wird gesendet, sobald die Verbindung wieder steht.
talk-sent = Gesendet { $time }
talk-kept-there = Aufbewahrt, wird gezeigt, sobald jemand da ist
talk-kept-there-for = Aufbewahrt, wird gezeigt, sobald { $name } zurück ist
talk-delivered = Zugestellt { $time }
talk-seen = Gesehen
talk-writing = { $count ->
    [one] { $names } schreibt…
   *[other] { $names } schreiben…
}
talk-joined = { $name } ist um { $time } beigetreten
talk-left = { $name } hat den Chat um { $time } verlassen
talk-ended = Der Chat wurde um { $time } beendet
talk-begun = { $time } · { $about }
talk-below = Neue Nachrichten unten
talk-you = Sie
talk-fresh = { NUMBER($count) } neu
talk-by = { $name }, { $time }
talk-log = Gespräch
talk-said = { $name }: { $text }

## Dateien in Chats

file-attach = Dateien anhängen
file-list = Dateien zum Senden
file-drop = Dateien hier ablegen, um sie anzuhängen
file-sending = Wird gesendet, { NUMBER($percent) } %
file-sending-last = Wird gesendet…
file-progress = { $name } wird gesendet
file-kept = Noch nicht gesendet. Die Datei wird gesendet, sobald die Verbindung wieder steht.
file-no-answer = Noch nicht gesendet: Der Dienst antwortet nicht. Diese Seite versucht es weiter.
file-refused-for-now = { $why } Sie müssen nichts tun: Diese Seite versucht es von selbst noch einmal.
file-retry = Noch einmal versuchen
file-cancel = Senden von { $name } abbrechen
file-remove = { $name } entfernen
file-empty = Diese Datei ist leer.
file-too-large = Eine Datei darf höchstens { NUMBER($mebibytes) } MiB haben. Senden Sie einen Teil davon.
file-too-many = { $count ->
    [one] Sie können höchstens eine Datei auf einmal senden. Senden Sie diese zuerst.
   *[other] Sie können höchstens { $count } Dateien auf einmal senden. Senden Sie diese zuerst.
}
file-unreadable = Diese Datei kann nicht gelesen werden. Vielleicht wurde sie verschoben, oder es ist ein Ordner.
file-open = { $name } öffnen
file-not-loaded = Das Bild konnte nicht geladen werden.
file-load-again = Noch einmal laden
file-load-again-which = Noch einmal laden: { $name }
file-download = Herunterladen
file-save = { $size } · Herunterladen
file-close = Schließen
file-saved = { $name } ist in Ihrem Ordner für Downloads gespeichert.
file-not-saved = { $name } konnte nicht gespeichert werden. Prüfen Sie, ob Ihr Ordner für Downloads beschreibbar ist und ob auf dem Datenträger Platz ist.
file-unnamed = Die Datei
file-sent = Hat { $name } gesendet
file-sent-picture = Hat ein Bild gesendet

## Das Portal für Kunden

client-staffed = Jemand ist am Platz
client-unstaffed = Zurzeit ist niemand am Platz
client-kept = Ihre Anfrage bleibt erhalten
client-no-link = Nicht verbunden
client-invitation = { $name } von { $organisation } möchte mit Ihnen chatten
client-accept = Annehmen
client-not-now = Jetzt nicht
client-chats = Ihre Chats
client-new-chat = Neue Anfrage
client-no-chats = Sie haben keine offenen Chats.
client-ask-short = Anfragen
client-unread = neu
client-skip = Zum Chat springen
client-language = Sprache
client-sign-out = Hier abmelden
client-sign-out-app = Auf diesem Computer abmelden
client-with = Mit { $names }
client-waiting = Wartend
client-called = Wir rufen Sie an
client-over = Beendet
client-back = Zurück zu Ihren Chats
client-unknown = Dieser Chat ist beendet, oder es gibt ihn nicht.
client-looking = Dieser Chat wird gesucht…
client-ask = Wie können wir helfen?
client-subject = Worum geht es?
client-reference = Ticketnummer, falls vorhanden
client-ask-button = Chat anfragen
client-reachable = Sie sind erreichbar, solange Sie online sind. Wenn Sie diese Seite schließen, sind Sie offline.
client-reachable-app = Sie sind erreichbar, solange Sie online sind. Wenn Sie dieses Fenster schließen, sind Sie offline.
client-finding = Wir suchen jemanden für Sie.
client-finding-other = Wir suchen jemand anderen für Sie.
client-nobody = Zurzeit ist niemand am Platz.
client-call-me = Um Rückruf bitten
client-phone = Ihre Telefonnummer
client-call-note = Was wir wissen sollten (optional)
client-ask-call = Rückruf anfordern
client-wait-on = Weiter warten
client-leave = Verlassen
client-end-ask = Diesen Chat beenden?
client-end = Chat beenden
client-stay = Bleiben
client-ended = Der Chat ist beendet.
client-missed = Diese Anfrage endete, bevor jemand beigetreten ist.
client-again = Erneut anfragen
client-will-call = Wir rufen Sie an.
# Es folgt eine Telefonnummer als Link.
client-will-call-at = Wir rufen Sie an:
client-waited = Ihre Wartezeit:
client-bad-phone = Eine Telefonnummer enthält Ziffern, zum Beispiel +49 30 5550100.
client-earlier = Frühere Chats
client-older = { $count ->
    [one] Ältere anzeigen (noch { $count })
   *[other] Ältere anzeigen (noch { $count })
}
client-change-callback = Ändern
client-cancel-callback = Rückruf absagen
client-save = Speichern
client-keep-callback = Unverändert lassen
client-in-line = { $ahead ->
    [0] Sie sind als Nächstes an der Reihe.
    [1] Eine Anfrage ist vor Ihrer an der Reihe.
    [one] { $ahead } Anfrage ist vor Ihrer an der Reihe.
   *[other] { $ahead } Anfragen sind vor Ihrer an der Reihe.
}
client-ended-with = { $at }, mit { $names }
client-ended-alone = { $at }, niemand ist beigetreten

## An- und Abmelden

sign-in-title = Bei Deskbell anmelden
sign-in-refused-title = Die Anmeldung mit diesem Link ist nicht möglich
sign-in-what = Mit diesem Link melden Sie diesen Browser an. Er funktioniert nur einmal.
sign-in-button = Anmelden
sign-in-working = Anmeldung läuft…
sign-in-no-secret = Dieser Anmeldelink ist unvollständig. Öffnen Sie ihn noch einmal, oder bitten Sie Ihre Administration um einen neuen.
sign-in-no-answer = Der Dienst antwortet nicht. Prüfen Sie die Verbindung und versuchen Sie es noch einmal: Der Link ist weiterhin gültig.
sign-in-out = Sie sind hier abgemeldet. Öffnen Sie Ihren Anmeldelink, oder bitten Sie Ihre Administration um einen neuen.
sign-in-out-app = Sie sind auf diesem Computer abgemeldet. Bitten Sie Ihre Administration um einen Anmeldelink und öffnen Sie ihn dann hier.
sign-in-out-title = Abgemeldet
sign-in-code-title = Anmeldung einer App hier verwenden?
sign-in-code = Ein Link möchte diesen Browser mit der Anmeldung einer Deskbell-App anmelden, statt mit seiner eigenen. Fahren Sie nur fort, wenn Sie das Portal gerade selbst aus der App geöffnet haben.
sign-in-code-no = Nicht verwenden
sign-in-code-yes = Verwenden
sign-in-insecure-title = Diese Adresse ist nicht sicher
sign-in-insecure = Browser führen diese Seite nur aus, wenn sie über https geöffnet wurde. Bitten Sie Ihre Administration um die Adresse, die mit https beginnt.
sign-in-leave-title = Hier abmelden?
sign-in-leave = Dieser Browser vergisst Sie. Um zurückzukehren, brauchen Sie einen neuen Anmeldelink von Ihrer Administration.
sign-in-leave-app = Dieser Computer vergisst Sie. Um zurückzukehren, brauchen Sie einen neuen Anmeldelink von Ihrer Administration.
sign-in-leave-later = Nicht verbunden: Melden Sie sich ab, sobald die Verbindung wieder steht.
sign-in-stay = Angemeldet bleiben
sign-in-sign-out = Abmelden
sign-in-stopped = Diese Seite wurde anderswo geöffnet und hält deshalb hier an. Laden Sie sie neu, um hier fortzufahren.
sign-in-stopped-title = Angehalten
sign-in-part = Ein Teil dieser Seite konnte nicht geladen werden. Prüfen Sie das Netzwerk und laden Sie die Seite neu.
sign-in-part-title = Nicht geladen
sign-in-reload = Neu laden
sign-in-connecting = Verbindung wird hergestellt…
sign-in-no-answer-yet = Der Dienst hat noch nicht geantwortet. Diese Seite versucht es weiter.

## Was der Dienst abgelehnt hat, nach dem Code seiner Antwort

refused-not-allowed = Das ist Ihnen hier nicht möglich.
refused-taken = Jemand anderes war schneller.
refused-taken-by = { $name } war schneller.
refused-not-found = Diesen Chat gibt es nicht. Vielleicht ist er beendet; sehen Sie in der Liste nach.
refused-over = Dieser Chat ist beendet. Darin ist nichts mehr möglich.
refused-already-active = Das gibt es schon: ein offener Chat oder eine offene Einladung. Öffnen Sie den Chat, oder warten Sie auf die Antwort.
refused-too-many = Davon gibt es bereits so viele wie erlaubt. Beenden oder entfernen Sie zuerst eines davon und versuchen Sie es dann noch einmal.
refused-invalid = Eine Angabe ist zu lang oder fehlt. Korrigieren Sie sie und versuchen Sie es noch einmal.
refused-unknown = Der Dienst kennt das noch nicht. Er muss aktualisiert werden.
refused-note-needed = Niemand hat mit der Kundin oder dem Kunden gesprochen. Notieren Sie, was getan wurde, und schließen Sie dann ab.
refused-nobody-stays = Sonst bliebe niemand im Chat. Schließen Sie ihn stattdessen ab.
refused-cannot-take-over = Diese Person ist offline oder bereits im Chat. Wählen Sie jemand anderen, oder bieten Sie den Chat allen an.
refused-too-late = Dafür ist es zu spät. Um noch einmal miteinander zu sprechen, laden Sie zu einem neuen Chat ein.
refused-client-away = Abwesend: Die Einladung wurde nicht gesendet. Einladen können Sie, wenn die Person online ist.
refused-client-offline = Offline: Die Einladung wurde nicht gesendet. Einladen können Sie, wenn die Person online ist.
refused-rate-limited = Zu viel auf einmal. Warten Sie einen Moment und versuchen Sie es dann noch einmal.
refused-busy = Der Dienst konnte dies gerade nicht speichern; es ist also nicht geschehen. Versuchen Sie es noch einmal.
