CREATE TABLE note (
    session BLOB NOT NULL REFERENCES session (id),
    number INTEGER NOT NULL,
    id BLOB NOT NULL,
    author BLOB NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (session, number),
    UNIQUE (session, id)
) STRICT;
