-- Canned replies. Without a person, it is the organisation's.
CREATE TABLE reply (
    id BLOB PRIMARY KEY,
    org BLOB NOT NULL REFERENCES organisation (id),
    person BLOB REFERENCES person (id),
    name TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX reply_of ON reply (org, person);
