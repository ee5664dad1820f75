CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE organisation (
    id BLOB PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    idle_after_ms INTEGER
) STRICT;
CREATE TABLE company (
    id INTEGER PRIMARY KEY,
    org BLOB NOT NULL REFERENCES organisation (id),
    name TEXT NOT NULL,
    UNIQUE (org, name)
) STRICT;
CREATE TABLE person (
    id BLOB PRIMARY KEY,
    org BLOB NOT NULL REFERENCES organisation (id),
    company INTEGER REFERENCES company (id),
    name TEXT NOT NULL,
    preference TEXT NOT NULL DEFAULT '"automatic"',
    preference_set INTEGER NOT NULL DEFAULT 0,
    last_seen INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX person_name ON person (org, ifnull(company, 0), name);
CREATE TABLE sign_in (
    id BLOB PRIMARY KEY,
    person BLOB NOT NULL REFERENCES person (id),
    token BLOB NOT NULL UNIQUE,
    device TEXT NOT NULL,
    created INTEGER NOT NULL,
    window_of BLOB UNIQUE REFERENCES sign_in (id) ON DELETE CASCADE,
    instance BLOB
) STRICT;
CREATE TABLE link (
    hash BLOB PRIMARY KEY,
    person BLOB NOT NULL REFERENCES person (id),
    created INTEGER NOT NULL,
    token BLOB
) STRICT;
CREATE TABLE device (
    person BLOB NOT NULL REFERENCES person (id),
    instance BLOB NOT NULL,
    sign_in BLOB NOT NULL REFERENCES sign_in (id) ON DELETE CASCADE,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    idle TEXT,
    since INTEGER NOT NULL,
    active_since INTEGER NOT NULL,
    last_frame INTEGER NOT NULL,
    PRIMARY KEY (person, instance)
) STRICT;
CREATE INDEX device_sign_in ON device (sign_in);
CREATE TABLE session (
    id BLOB PRIMARY KEY,
    org BLOB NOT NULL REFERENCES organisation (id),
    client BLOB NOT NULL REFERENCES person (id),
    status TEXT NOT NULL,
    reference TEXT NOT NULL,
    rev INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX session_active ON session (client, reference) WHERE status IN ('waiting', 'handled');
CREATE INDEX session_open ON session (org) WHERE status <> 'completed';
CREATE TABLE message (
    session BLOB NOT NULL REFERENCES session (id),
    number INTEGER NOT NULL,
    id BLOB NOT NULL,
    author BLOB NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL,
    text TEXT NOT NULL,
    PRIMARY KEY (session, number),
    UNIQUE (session, id)
) STRICT;
CREATE TABLE seen (
    session BLOB NOT NULL REFERENCES session (id),
    person BLOB NOT NULL REFERENCES person (id),
    number INTEGER NOT NULL,
    PRIMARY KEY (session, person)
) STRICT;
