# Der Tray-Agent: Benachrichtigungen, Menü, Antworten. $since, $until und $at sind Zeiten in Worten, etwa „12:04“ oder „gestern 12:04“.

## Zeiten

agent-date = { $day }. { $month }
agent-month = { $number ->
    [1] Jan.
    [2] Feb.
    [3] März
    [4] Apr.
    [5] Mai
    [6] Juni
    [7] Juli
    [8] Aug.
    [9] Sept.
    [10] Okt.
    [11] Nov.
   *[12] Dez.
}

## Der Zustand

agent-signed-out = Abgemeldet
agent-sign-in-with-link = Melden Sie sich mit dem Link Ihrer Administration an.
agent-portal-closed = Das Portal ist geschlossen. Öffnen Sie es, um erreichbar zu sein.
agent-connecting = Verbindung wird hergestellt…
agent-no-connection = Keine Verbindung
agent-may-see-offline = Für andere sind Sie möglicherweise offline.
agent-may-see-offline-retrying = Für andere sind Sie möglicherweise offline. { $retrying }
agent-elsewhere-idle = Dieser Computer: keine Eingabe seit { $since }.
agent-elsewhere-locked = Dieser Computer: Bildschirm gesperrt seit { $since }.
agent-elsewhere-asleep = Dieser Computer: im Ruhezustand seit { $since }.
agent-away-asleep = Abwesend, im Ruhezustand seit { $since }
agent-away-set = Abwesend, von Ihnen gesetzt
agent-away-set-until = Abwesend, von Ihnen gesetzt (bis { $until })
agent-away-set-back = Abwesend, von Ihnen gesetzt, bis Sie zurück sind
agent-still-requests = Sie erhalten weiterhin Anfragen.
agent-source-not-yet = Es wird nach einem Weg gesucht, Eingaben auf diesem Computer zu erkennen.
agent-no-source = Deskbell kann nicht erkennen, ob Sie an diesem Computer sind ({ $why }). Nur die Benutzung seines eigenen Fensters zählt.
agent-rings-silently = Anfragen bleiben stumm bis { $until }.
agent-rings-again = Anfragen klingeln wieder.
agent-do-not-disturb = Anfragen bleiben stumm, solange auf Ihrem Desktop „Nicht stören“ eingestellt ist.
agent-names-hidden = Benachrichtigungen und Symbolmenü zeigen Namen und Betreff nicht mehr.
agent-names-shown = Benachrichtigungen und Symbolmenü zeigen Namen und Betreff wieder.
sound-set-on = Ton der Benachrichtigungen auf diesem Computer: { $sound }, Lautstärke { NUMBER($volume) } Prozent.
sound-set-off = Der Ton ist auf diesem Computer aus: Benachrichtigungen bleiben stumm. Wenn er wieder an ist: { $sound }, Lautstärke { NUMBER($volume) } Prozent.

## An- und Abmelden

agent-sign-in-first = Auf diesem Computer ist niemand angemeldet. Melden Sie sich zuerst mit dem Link Ihrer Administration an.
agent-role-not-known = Der Dienst hat noch nicht mitgeteilt, wer hier angemeldet ist. Versuchen Sie es noch einmal, wenn die Verbindung wieder steht.
agent-address-lost = In den Einstellungen steht kein Dienst mehr, deshalb kann die Anmeldung nicht verwendet werden. Melden Sie sich mit einem neuen Link an.
agent-link-without-secret = Dieser Link ist unvollständig: Der Teil hinter # fehlt. Kopieren Sie den ganzen Link von Ihrer Administration.
agent-not-a-link = Dies ist kein Anmeldelink. Ein Anmeldelink sieht aus wie https://…/sign-in#… und kommt von Ihrer Administration.
agent-not-a-deep-link = Deskbell kann diesem Link nicht folgen. Links können das Portal, einen Chat oder den Status öffnen oder anmelden.
agent-signing-in-already = Eine Anmeldung läuft bereits. Warten Sie, bis sie abgeschlossen ist.
agent-answer-first = Ein Fenster wartet auf Ihre Antwort zu einem anderen Anmeldelink, deshalb wurde diesem nicht gefolgt. Antworten Sie zuerst dort und öffnen Sie dann diesen Link noch einmal.
agent-just-refused = Gerade wurde ein Anmeldelink abgelehnt, deshalb wurde diesem nicht gefolgt. Öffnen Sie ihn in zehn Sekunden noch einmal, wenn Sie sich anmelden möchten.
agent-question-over = Diese Frage ist erledigt, und es wurde nichts getan. Öffnen Sie den Anmeldelink noch einmal, wenn Sie sich anmelden möchten.
agent-signed-in-as = Angemeldet als { $name }.
agent-signed-in-already = Auf diesem Computer ist bereits jemand angemeldet: { $name }. Melden Sie sich zuerst ab.
agent-asks-in-a-window = Deskbell fragt in einem Fenster, ob Sie sich bei { $host } anmelden möchten. An diesen Dienst wird nichts gesendet, bis Sie dort auf „Anmelden“ klicken.
agent-cannot-ask = Ein Link möchte Sie bei { $host } anmelden. Ihm wurde nicht gefolgt, weil Deskbell das Fenster nicht öffnen kann, das Sie vorher fragt. Wenn Sie den Link von Ihrer Administration haben, führen Sie in einem Terminal „deskbell sign-in“ aus und fügen Sie dort den https://-Link ein.
agent-signed-out-here = Auf diesem Computer abgemeldet.
agent-signed-out-already = Auf diesem Computer war niemand angemeldet.
agent-signed-out-here-only = Auf diesem Computer abgemeldet. Der Dienst war nicht erreichbar und behält die Anmeldung, bis Ihre Administration sie beendet.
agent-signed-out-title = Abgemeldet
agent-sign-in-ended = Die Anmeldung dieses Computers wurde beendet, von Ihnen oder von Ihrer Administration. Melden Sie sich mit einem neuen Link an.
agent-replaced-title = Anfragen klingeln hier nicht mehr
agent-replaced = Eine andere laufende Kopie dieser App, vielleicht auf einer Kopie dieses Computers, hat die Verbindung übernommen. Beenden Sie eine von beiden und starten Sie Deskbell neu.

## Antworten

agent-clients-are-automatic = Bei Kunden ist die Anwesenheit automatisch: Sie folgt der Benutzung dieses Computers, und es gibt nichts einzustellen.
agent-changed-since = Eine andere Einstellung hat sie ersetzt.
agent-technicians-only = Das können nur Techniker.
agent-clients-only = Das können nur Kunden.
agent-kept = Keine Verbindung. Dies wird gesendet, sobald die Verbindung wieder steht.
agent-no-connection-to-ask = Ohne Verbindung kann Deskbell nicht feststellen, ob diese Anfrage noch wartet. Versuchen Sie es noch einmal, wenn die Verbindung wieder steht.
agent-unanswered = Die Verbindung endete, bevor der Dienst geantwortet hat.
agent-quitting = Deskbell wurde beendet, bevor der Dienst geantwortet hat.
agent-joined = Beigetreten.
agent-dismissed = Für Sie stumm; wartet weiter im Menü.
agent-invitation-over = Diese Einladung ist vorbei.

## Fenster

agent-no-display = Deskbell kann kein Fenster öffnen, weil es keinen Bildschirm gibt. Melden Sie sich an einem Desktop an, oder verwenden Sie einen Browser.
agent-no-code = Der Dienst hat keinen Code für das Portal gesendet. Schließen Sie das Fenster und öffnen Sie es noch einmal.
agent-no-portal = Keine Verbindung: { $why }. Das Portal öffnet sich, sobald die Verbindung wieder steht.
agent-closed-title = Sie sind jetzt offline
agent-closing = Durch das Schließen sind Sie offline. Minimieren Sie das Fenster, um erreichbar zu bleiben.
agent-crashed-title = Das Deskbell-Fenster wurde unerwartet geschlossen
agent-crashed-once = Es wurde wieder geöffnet.
agent-crashed-for-good = Es bleibt geschlossen. Öffnen Sie es über das Symbolmenü oder mit „deskbell open“.

## Benachrichtigungen

# Anstelle eines Namens, der nicht gezeigt werden kann
agent-somebody = Jemand
agent-join = Beitreten
agent-open = Öffnen
agent-dismiss = Stummschalten
agent-not-now = Jetzt nicht
agent-accept = Annehmen
agent-needs-help = { $who } braucht Hilfe
agent-awaits-answer = { $who } wartet auf Ihre Antwort
agent-client-awaits-answer = Ein Kunde wartet auf Ihre Antwort
agent-a-request-waits = Eine Anfrage wartet
agent-waiting = Wartet { $waited }
agent-about-waiting = { $about } · wartet { $waited }
agent-about-waiting-again = { $messages ->
    [0] { $about } · zuvor bei { $name } · wartet { $waited }
    [one] { $about } · zuvor bei { $name }, { $messages } Nachricht · wartet { $waited }
   *[other] { $about } · zuvor bei { $name }, { $messages } Nachrichten · wartet { $waited }
}
agent-hands-over = { $name } übergibt den Chat mit { $who }
agent-a-chat-is-offered = Ihnen wird ein Chat angeboten
agent-several = { NUMBER($count) } wartend, am längsten { $longest }
agent-several-where = Sie stehen alle im Menü.
agent-join-longest = Der ältesten beitreten
agent-invitation = { $name } möchte mit Ihnen chatten
agent-invitation-from = { $name } von { $organisation } möchte mit Ihnen chatten
agent-invited = Sie sind zu einem Chat eingeladen
agent-invitation-unanswered = { $client } hat nicht auf Ihre Einladung geantwortet.
agent-taken-over = { $name } hat den Chat mit { $client } übernommen.
agent-taken-over-hidden = Jemand aus dem Team hat einen Chat von Ihnen übernommen.
agent-not-taken-over = { $name } hat den Chat mit { $client } nicht übernommen. Sie haben ihn weiterhin.
agent-nobody-took-over = Niemand hat den Chat mit { $client } übernommen. Sie haben ihn weiterhin.
agent-not-taken-over-hidden = Niemand hat einen Chat von Ihnen übernommen. Sie haben ihn weiterhin.
agent-a-new-message = Eine neue Nachricht
agent-sent-picture = Hat ein Bild gesendet
agent-sent-file = Hat { $name } gesendet

## Die Testbenachrichtigung

toast-test-title = Dies ist ein Test
toast-test-body = So sehen Anfragen aus, und so klingen sie.
toast-test-late-body = So klingen Anfragen, die seit einer Minute warten.
toast-test-running = Ein Test läuft bereits.
toast-test-do-not-disturb = Sie macht keinen Ton, und Ihr Desktop zeigt sie vielleicht nicht, weil „Nicht stören“ eingestellt ist.
toast-test-silent = Sie macht keinen Ton, weil Sie Anfragen bis { $until } stummgeschaltet haben.
toast-test-sound-off = Sie macht keinen Ton, weil der Ton auf diesem Computer aus ist.
toast-test-shown = Ihr Desktop hat die Testbenachrichtigung angenommen. { $but }
toast-test-not-heard = Wenn Sie nichts gehört haben, prüfen Sie die Lautstärke dieses Computers.
toast-test-not-shown = Ihr Desktop hat die Testbenachrichtigung nicht innerhalb von { NUMBER($seconds) } s angezeigt. { $why }
toast-test-log-in-again = Melden Sie sich am Computer ab und wieder an; wenn das nicht hilft, wenden Sie sich an Ihre Administration.

## Das Symbolmenü

menu-online = Online (automatisch)
menu-away = Abwesend
menu-away-for = Abwesend für…
menu-until-back = Bis ich zurück bin
menu-ring-silently = Nicht klingeln
# An dessen Stelle, solange der Desktop nicht stört
menu-rings-silently = Nicht klingeln (Desktop auf „Nicht stören“)
# An dessen Stelle, solange es gewählt ist; $until: eine Uhrzeit
menu-rings-silently-until = Nicht klingeln (bis { $until })
menu-ring-again = Wieder klingeln
menu-names = Namen und Betreff
menu-names-hidden = Namen und Betreff (verborgen)
menu-show-names = Sichtbar
menu-hide-names = Verborgen
menu-open-portal = Portal öffnen
menu-status = Status…
menu-sign-out = Auf diesem Computer abmelden
menu-sign-out-means = Zum Anmelden brauchen Sie dann einen neuen Link.
menu-sign-out-now = Jetzt abmelden
menu-sign-out-whom = { $name } jetzt abmelden
menu-quit = Beenden
menu-span = { $minutes ->
    [60] 1 Stunde
    [one] { $minutes } Minute
   *[other] { $minutes } Minuten
}
menu-nobody-waits = Niemand wartet
menu-waiting = Wartende Anfragen ({ NUMBER($count) })
menu-no-chats = Keine laufenden Chats
menu-chats = Laufende Chats ({ NUMBER($count) })
menu-chats-new = Laufende Chats ({ NUMBER($count) }), { NUMBER($unseen) } neu
menu-chats-long = Laufende Chats ({ NUMBER($count) }), { NUMBER($long) } seit über einer Stunde
menu-chats-new-long = Laufende Chats ({ NUMBER($count) }), { NUMBER($unseen) } neu, { NUMBER($long) } seit über einer Stunde
menu-a-request = Eine Anfrage
menu-join = { $who }, wartet seit { $since }: Beitreten
menu-join-silenced = { $who }, wartet seit { $since }, stumm: Beitreten
menu-more-waiting = { $count ->
    [one] { $count } weitere wartet: siehe Portal
   *[other] { $count } weitere warten: siehe Portal
}
menu-more-chats = { $count ->
    [one] { $count } weiterer läuft: siehe Portal
   *[other] { $count } weitere laufen: siehe Portal
}
menu-a-chat = Ein Chat
menu-chat = { $with }: { $subject }
menu-chat-new = { $chat } ({ NUMBER($unseen) } neu)
menu-chat-since = { $chat } (seit { $since })
menu-chat-new-since = { $chat } ({ NUMBER($unseen) } neu, seit { $since })

## Was aus einer Anfrage auf diesem Computer wurde, im Statusfenster

record-request = Eine Anfrage
record-elsewhere = Ein anderes Ihrer Geräte hat geklingelt. Anfragen klingeln dort, wo Sie zuletzt aktiv waren.
record-not-here = Sie hat hier nicht geklingelt.
record-over-first = Sie war vorbei, bevor sie angezeigt werden konnte.
record-not-yet = Ihr Desktop hat die Benachrichtigung noch nicht angezeigt.
record-do-not-disturb = Auf Ihrem Desktop war „Nicht stören“ eingestellt: Er hat die Benachrichtigung angenommen, aber vielleicht nicht angezeigt.
record-silent-do-not-disturb = Sie blieb stumm, weil auf Ihrem Desktop „Nicht stören“ eingestellt war.
record-silent-by-user = Sie blieb stumm, wie von Ihnen eingestellt.
record-sound-off = Sie blieb stumm, weil der Ton hier aus war.
record-dismissed = Sie haben sie stummgeschaltet.
record-dismissed-before = Sie hatten sie bereits stummgeschaltet.
record-shown = Die Benachrichtigung war auf dem Bildschirm ({ $at }).
record-not-shown = Die Benachrichtigung konnte nicht angezeigt werden: { $why }
record-sounded = { $times ->
    [1] Sie hat einmal geklingelt.
    [one] Sie hat { $times }-mal geklingelt.
   *[other] Sie hat { $times }-mal geklingelt.
}
record-not-heard = Der Ton konnte nicht abgespielt werden: { $why }
