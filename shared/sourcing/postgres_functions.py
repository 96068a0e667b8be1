"""The two functions that a log has in PostgreSQL: one moves streams on, under the lock; one tells what has settled."""

from shared.sourcing.questions import MACHINE_US

LOG_KEY = 115_2010
"""The advisory lock that every append shares; one log lives in a database, so one key is enough."""

CLASH = "SP001"

MOVE_FUNCTION = f"""
CREATE OR REPLACE FUNCTION speir_move(names text[], abouts text[], expected bigint[], counts bigint[])
RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    place int;
BEGIN
    PERFORM pg_advisory_xact_lock_shared({LOG_KEY});
    FOR place IN 1 .. cardinality(names) LOOP
        IF counts[place] = 0 THEN
            PERFORM 1 FROM stream s WHERE s.stream = names[place] AND s.version = expected[place] FOR SHARE;
            IF NOT FOUND AND expected[place] = 0 THEN
                INSERT INTO stream (stream, about, version) VALUES (names[place], abouts[place], 0)
                    ON CONFLICT DO NOTHING;
                PERFORM 1 FROM stream s WHERE s.stream = names[place] AND s.version = 0 FOR SHARE;
            END IF;
        ELSIF expected[place] = 0 THEN
            INSERT INTO stream AS s (stream, about, version) VALUES (names[place], abouts[place], counts[place])
                ON CONFLICT (stream) DO UPDATE SET version = excluded.version, about = excluded.about
                WHERE s.version = 0;
        ELSE
            UPDATE stream s SET version = expected[place] + counts[place]
                WHERE s.stream = names[place] AND s.version = expected[place];
        END IF;
        IF NOT FOUND THEN
            RAISE EXCEPTION 'stream has moved on' USING ERRCODE = '{CLASH}';
        END IF;
    END LOOP;
    RETURN (SELECT {MACHINE_US} + clock_offset_us FROM log_head);
END $$;
"""  # noqa: S608 - constants of this module, nothing that anybody sends  # nosec B608

BARRIER_FUNCTION = f"""
CREATE OR REPLACE FUNCTION speir_barrier(OUT last bigint, OUT alone boolean) LANGUAGE plpgsql
AS $$
BEGIN
    alone := pg_try_advisory_xact_lock({LOG_KEY});
    SELECT CASE WHEN is_called THEN last_value ELSE last_value - 1 END INTO last FROM event_id_seq;
END $$;
"""  # noqa: S608 - a constant of this module  # nosec B608
"""Alone with the lock, whatever was drawn is settled; otherwise the holders have to be waited for."""
