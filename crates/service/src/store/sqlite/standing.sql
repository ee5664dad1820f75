-- Somebody who leaves stays with what they said, and their name is free for another one.
ALTER TABLE person ADD COLUMN standing TEXT NOT NULL DEFAULT 'active';
DROP INDEX person_name;
CREATE UNIQUE INDEX person_name ON person (org, ifnull(company, 0), name) WHERE standing <> 'removed';
-- When a link was ended that nobody had used.
ALTER TABLE link ADD COLUMN ended INTEGER;
-- "Desk" in ASCII: a database without it, of a format before this one, is known by its tables.
PRAGMA application_id = 0x4465736b;
