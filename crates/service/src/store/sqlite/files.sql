-- Files that were sent in chats. Their contents are beside the database, each under the name `stored`.
CREATE TABLE file (
    session BLOB NOT NULL REFERENCES session (id) ON DELETE CASCADE,
    id BLOB NOT NULL,
    org BLOB NOT NULL REFERENCES organisation (id),
    stored BLOB NOT NULL UNIQUE,
    bytes INTEGER NOT NULL,
    body TEXT NOT NULL,
    PRIMARY KEY (session, id)
) STRICT;
CREATE INDEX file_size ON file (org, bytes);
-- Contents whose chat was deleted: they go with the next sweep.
CREATE TABLE deleted_file (stored BLOB PRIMARY KEY) STRICT;
CREATE TRIGGER file_deleted AFTER DELETE ON file BEGIN
    INSERT OR IGNORE INTO deleted_file (stored) VALUES (old.stored);
END;
ALTER TABLE organisation ADD COLUMN files_quota INTEGER;
