# Wörter mehrerer Oberflächen. $since, $until, $at und $time sind Zeiten in Worten, etwa „12:04“ oder „gestern 12:04“.

state-online = Online
state-away = Abwesend
state-offline = Offline

## Die Anwesenheit, wie andere sie lesen

presence-never = Offline, noch nie angemeldet
presence-offline = Offline seit { $since }
presence-idle = Abwesend, keine Eingabe seit { $since }
presence-locked = Abwesend, Bildschirm gesperrt seit { $since }
presence-asleep = Abwesend, Computer im Ruhezustand seit { $since }
presence-manual = Abwesend, von Hand gesetzt ({ $since })
presence-manual-until = Abwesend, von Hand gesetzt (bis { $until })

## Die eigene Anwesenheit, von Hand gesetzt

own-away = Abwesend, von Ihnen gesetzt. Sie erhalten weiterhin Anfragen.
own-away-back = Abwesend, von Ihnen gesetzt, bis Sie zurück sind. Sie erhalten weiterhin Anfragen.
own-away-until = Abwesend, von Ihnen gesetzt (bis { $until }). Sie erhalten weiterhin Anfragen.

## Zeiten

day-today = Heute
day-yesterday = Gestern
time-yesterday = gestern { $time }
time-tomorrow = morgen { $time }
time-on = { $day } { $time }

## Wer und was

who = { $name } ({ $company })
about = { $subject } · #{ $reference }
about-chat = Chat

## Die Verbindung

connection-lost = Keine Verbindung.
connection-retry = Jetzt versuchen
connection-technician = Keine Verbindung. Für andere sind Sie möglicherweise offline.
retrying-now = Neuer Versuch läuft.
retrying-in = Neuer Versuch in { NUMBER($seconds) } s.
send-failed = Es wartet zu viel auf das Senden. Warten Sie auf die Verbindung und versuchen Sie es dann noch einmal.

## Was aus einer Anfrage oder Einladung wurde

late-invited = { $inviter } hat { $client } zu einem Chat eingeladen.
late-in-progress = Dieser Chat läuft gerade.
late-over = Dieser Chat ist beendet.
asks-to-be-called = { $client } bittet um Rückruf.
asks-to-be-called-at = { $client } bittet um Rückruf: { $phone }
invitation-accepted = { $client } hat Ihre Einladung angenommen.
invitation-declined = Antwort von { $client }: jetzt nicht.
invitation-unanswered = { $client } hat nicht auf die Einladung geantwortet.
invitation-taken-back = Die Einladung wurde zurückgenommen.
not-invited-away = { $client } ist seit { $since } abwesend; die Einladung wurde nicht gesendet.
not-invited-offline = { $client } ist seit { $since } offline; die Einladung wurde nicht gesendet.
joined-at = { $name } ist seit { $at } dabei.
joined-in-time = { $name } ist dem Chat beigetreten.
left-unanswered = { $client } hat nach { $after } aufgegeben; niemand ist beigetreten.

## Bevor ein anderswo geöffneter Link anmeldet

question-window = Anmelden?
question-title = Ein Link möchte Sie bei diesem Dienst anmelden:
question-this-computer = Er läuft auf diesem Computer.
question-means = Wenn Sie sich anmelden, gehen Ihre Chats an diesen Dienst, und er sieht, ob Sie an diesem Computer sind. Er kann bei Ihnen klingeln und Ihnen Nachrichten anzeigen.
question-beware = Bisher wurde nichts dorthin gesendet. Melden Sie sich nur an, wenn Sie diesen Link von Ihrer Administration haben und diese Adresse kennen.
question-no = Nicht anmelden
question-yes = Anmelden
question-working = Anmeldung läuft…

## Wie Benachrichtigungen auf diesem Computer klingen

sound-off = Der Ton ist auf diesem Computer aus: Benachrichtigungen bleiben stumm.
sound-bell = Glocke
sound-soft = Sanft
sound-wood = Holz
