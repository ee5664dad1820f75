-- The index of what was said once more, now with one of its own for the first character and the first two of each word: without it, a search
-- for `w` reads the places of every word that begins with it, one word after the other (decision 0054).
DROP TABLE said;
CREATE VIRTUAL TABLE said USING fts5 (
    text, content = '', contentless_delete = 1, prefix = '1 2', tokenize = "unicode61 remove_diacritics 2"
);
INSERT INTO said (rowid, text)
    SELECT place * 1048576, json_extract(body, '$.subject') || ' ' || ifnull(json_extract(body, '$.reference'), '')
    FROM session WHERE NOT deleting;
INSERT INTO said (rowid, text)
    SELECT s.place * 1048576 + m.number, ifnull(json_extract(f.body, '$.name'), m.text)
    FROM message m JOIN session s ON s.id = m.session LEFT JOIN file f ON f.session = m.session AND f.id = m.id
    WHERE m.number < 1048576 AND NOT s.deleting;
