# Was der Dienst über HTTP antwortet: Menschen, die eine Adresse öffnen, und der Seite, die anmeldet.

## Fehler

http-link-unknown = Dieser Anmeldelink ist nicht bekannt. Prüfen Sie, ob er vollständig ist, oder bitten Sie Ihre Administration um einen neuen.
http-link-used = Dieser Anmeldelink wurde bereits verwendet; jeder Link funktioniert nur einmal. Bitten Sie Ihre Administration um einen neuen.
http-link-ended = Dieser Anmeldelink wurde widerrufen oder durch einen neueren ersetzt. Verwenden Sie den neueren, oder bitten Sie Ihre Administration um einen neuen Link.
http-link-expired = Dieser Anmeldelink ist älter als sieben Tage und funktioniert nicht mehr. Bitten Sie Ihre Administration um einen neuen.
http-token-invalid = Die App hat ein Token gesendet, das nicht aus 256 Zufallsbits in hexadezimalen Kleinbuchstaben besteht. Aktualisieren Sie die App.
http-body-invalid = Die Anfrage entspricht nicht dem Protokoll. Siehe docs/protocol.md.
http-body-too-large = Die Anfrage ist größer als 16 KiB und wurde deshalb nicht gelesen. Senden Sie weniger.
http-no-such-page = Diese Seite gibt es hier nicht. Prüfen Sie die Adresse, oder öffnen Sie den Link Ihrer Administration noch einmal.
http-wrong-method = Diese Adresse nimmt Anfragen mit dieser Methode nicht an. Die Kopfzeile Allow nennt die erlaubten Methoden.
http-no-upgrade = Diese Adresse spricht nur WebSocket (Version 13). Öffnen Sie sie mit einem Programm für das Protokoll, nicht als Seite.
http-internal = Der Dienst konnte diese Anfrage nicht beantworten. Versuchen Sie es in einer Minute noch einmal.
http-code-unknown = Der Code für dieses Fenster wurde bereits verwendet oder ist älter als 30 Sekunden. Öffnen Sie das Portal noch einmal aus der App.
http-too-many-requests = Zu viele Anfragen von dieser Adresse. Warten Sie eine Minute und versuchen Sie es dann noch einmal.
http-sign-in-busy = Zu viele Anmeldungen gleichzeitig. Warten Sie einige Sekunden und versuchen Sie es dann noch einmal.
http-store-down = Der Dienst kann seine Datenbank gerade nicht verwenden. Versuchen Sie es in einer Minute noch einmal.
http-foreign-origin = Diese Seite kommt von einer anderen Adresse als der des Dienstes und wird deshalb abgelehnt. Öffnen Sie das Portal unter der Adresse des Dienstes, oder bitten Sie die Administration, die andere zu erlauben (allowed-origins).
http-no-origin = Die Anfrage sagt nicht, von welcher Seite sie kommt, und wird deshalb abgelehnt: Anfragen, die das Cookie des Portals verwenden oder setzen, brauchen die Kopfzeile Origin mit der Adresse des Dienstes.
http-not-signed-in = Die Anfrage hat keine gültige Anmeldung und wird deshalb abgelehnt. Öffnen Sie Ihren Anmeldelink, oder bitten Sie Ihre Administration um einen neuen.
http-for-technicians = Nur Techniker können frühere Chats durchsuchen. Ihre eigenen finden Sie in Ihrem Portal.
http-bad-search = Die Suche ist zu lang oder entspricht nicht dem Protokoll. Verwenden Sie höchstens 20 Wörter und 200 Zeichen.
http-too-many-searches = Zu viele Suchen gleichzeitig. Versuchen Sie es in einer Sekunde noch einmal.
http-no-such-chat = Der Verlauf enthält keinen Chat mit dieser Kennung: Vielleicht ist er noch nicht abgeschlossen, oder er wurde nach der Aufbewahrungszeit der Organisation gelöscht. Suchen Sie ihn in den Listen.
http-no-subprotocol = Der Dienst spricht nur das WebSocket-Unterprotokoll deskbell.v1+json.
http-at-capacity = Der Dienst ist voll ausgelastet. Versuchen Sie es in einigen Sekunden noch einmal, oder informieren Sie Ihre Administration.
http-too-slow = Die Anfrage hat zu lange gedauert. Versuchen Sie es noch einmal.
http-no-portal = Das Portal ist in diesem Programm nicht enthalten. Bauen Sie es mit „cargo xtask run“, oder installieren Sie ein Paket.

## Seiten, die der Dienst selbst erzeugt

page-home = Öffnen Sie Ihr Portal. Wenn Sie Deskbell in diesem Browser zum ersten Mal verwenden, öffnen Sie stattdessen den Anmeldelink Ihrer Administration.
page-technician-portal = Portal für Techniker
page-client-portal = Portal für Kunden
page-try-again = Noch einmal versuchen
page-no-such-page-title = Seite nicht gefunden
page-not-a-page-title = Dies ist keine Seite
page-not-a-page = Diese Adresse wird von Programmen verwendet; hier gibt es nichts zu sehen. Öffnen Sie stattdessen Ihr Portal.
page-too-many-requests-title = Zu viele Anfragen
page-unavailable-title = Zurzeit nicht verfügbar
page-refused-title = Anfrage abgelehnt
http-files-off = Hier können keine Dateien gesendet werden: Die Administration hat das abgeschaltet.
http-files-full = Für Dateien Ihrer Organisation ist kein Platz mehr, deshalb wurde diese nicht gesendet. Sagen Sie es Ihrer Administration.
http-file-too-large = Eine Datei darf höchstens 10 MiB haben, und diese hat mehr. Senden Sie einen Teil davon.
http-file-empty = Die Datei ist leer, deshalb wurde sie nicht gesendet.
http-file-cut-off = Die Datei kam nicht vollständig an, deshalb wurde sie nicht gesendet. Senden Sie sie noch einmal.
http-file-not-stored = Der Dienst konnte die Datei nicht speichern, deshalb wurde sie nicht gesendet. Versuchen Sie es in einer Minute noch einmal, oder sagen Sie es Ihrer Administration.
http-file-refused = In diesem Chat können Sie keine Dateien senden. Treten Sie ihm zuerst bei.
http-file-too-late = Dieser Chat ist beendet, deshalb wurde die Datei nicht gesendet.
http-file-id-used = Eine andere Nachricht in diesem Chat hat diese Kennung. Senden Sie die Datei mit einer neuen.
http-files-busy = Zu viele Dateien auf einmal. Warten Sie einige Sekunden, und versuchen Sie es dann noch einmal.
http-no-file = Hier gibt es keine solche Datei und keinen solchen Chat.
http-file-gone = Diese Datei ist auf dem Datenträger des Dienstes nicht mehr vorhanden. Bitten Sie darum, sie noch einmal zu senden.

## Abschriften

transcript-chat = Chat
transcript-ticket = Ticket: { $reference }
transcript-client = Kunde: { $name }
transcript-client-of = Kunde: { $name } ({ $company })
transcript-technicians = Techniker: { $names }
transcript-time = { $from } bis { $to } (UTC)
transcript-callback = Rückruf: { $phone }
transcript-private = { $name } (interne Notiz)
transcript-file = [Datei] { $name }
transcript-not-whole = [Der Chat hat mehr Nachrichten, als in eine Abschrift passen.]
transcript-completed = [{ $time }] Abgeschlossen von { $name }
transcript-completed-itself = [{ $time }] Vom Dienst abgeschlossen
transcript-note = Interne Notiz: { $note }
