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
http-no-such-chat = Diesen Chat gibt es nicht. Vielleicht ist er beendet; sehen Sie in der Liste nach.
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
