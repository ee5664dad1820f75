# Das Fensterprogramm: seine Titel, und was es sagt, solange der Agent fehlt.

window-agent-lost = Deskbell wird neu gestartet…
window-agent-away = Keine Verbindung, während Deskbell neu startet.
window-agent-lost-detail = Der Hintergrundteil läuft nicht mehr. Für andere sind Sie möglicherweise offline, bis er wieder läuft.
window-agent-gone = Deskbell konnte nicht gestartet werden.
window-agent-gone-detail = Der Hintergrundteil fehlt: { $why }. Schließen Sie dieses Fenster und starten Sie Deskbell über das Menü; wenn das nicht gelingt, installieren Sie es neu.
window-nobody-answers = Es wurde nichts geändert, weil Deskbell neu startet. Versuchen Sie es gleich noch einmal.
window-no-answer = Deskbell hat nicht rechtzeitig geantwortet. Prüfen Sie den hier gezeigten Zustand und versuchen Sie es dann noch einmal.
window-too-many = Deskbell ist noch mit früheren Anfragen beschäftigt. Versuchen Sie es gleich noch einmal.
window-pages-die = Die Seite in Deskbells Fenster ist innerhalb einer Minute zweimal abgestürzt, deshalb schließt sich das Fenster.
window-no-portal = Das Portal kann nicht angezeigt werden: { $why }. Es öffnet sich hier, sobald es geht.
# Gründe im Text darüber
window-no-address = die Adresse ist nicht rechtzeitig eingetroffen
window-page-failed = die Seite lädt nicht, der Dienst oder das Netz ist vielleicht ausgefallen
window-page-failed-because = die Seite lädt nicht, der Dienst oder das Netz ist vielleicht ausgefallen ({ $detail })
window-portal-title = { $organisation } · Deskbell
window-status-title = Deskbell-Status
window-question-title = Anmelden? · Deskbell
# Zwei Profile nebeneinander
window-title-profile = { $title } ({ $profile })
