-- The order in which sessions began: the later of two has the higher place.
ALTER TABLE session ADD COLUMN place INTEGER;
UPDATE session SET place = begun.place FROM (
    SELECT id, row_number() OVER (ORDER BY json_extract(body, '$.created'), id) AS place FROM session
) AS begun WHERE begun.id = session.id;
CREATE UNIQUE INDEX session_place ON session (place);
CREATE INDEX session_completed_of ON session (client, place) WHERE status = 'completed';
