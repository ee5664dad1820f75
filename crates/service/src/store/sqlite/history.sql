-- What was said, by its words (`history.rs`): the row number is made of the session's place and the number of the message.
CREATE VIRTUAL TABLE said USING fts5 (text, content = '', contentless_delete = 1, tokenize = "unicode61 remove_diacritics 2");
INSERT INTO said (rowid, text)
    SELECT place * 1048576, json_extract(body, '$.subject') || ' ' || ifnull(json_extract(body, '$.reference'), '') FROM session;
INSERT INTO said (rowid, text)
    SELECT s.place * 1048576 + m.number, m.text FROM message m JOIN session s ON s.id = m.session WHERE m.number < 1048576;
CREATE INDEX session_completed ON session (org, place) WHERE status = 'completed';

-- When the service deletes completed sessions (`retention.rs`).
ALTER TABLE organisation ADD COLUMN keep_for_ms INTEGER;
ALTER TABLE session ADD COLUMN completed INTEGER;
ALTER TABLE session ADD COLUMN deleting INTEGER NOT NULL DEFAULT 0;
UPDATE session SET completed = ifnull(json_extract(body, '$.ending.before.until'), json_extract(body, '$.ended'))
    WHERE status = 'completed';
CREATE INDEX session_completed_at ON session (org, completed) WHERE status = 'completed';
CREATE INDEX session_deleting ON session (org) WHERE deleting;
