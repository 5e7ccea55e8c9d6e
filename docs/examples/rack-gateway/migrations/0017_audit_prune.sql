-- Old events may go, from the chain's beginning only. What is left then starts after this event, whose hash its first
-- event carries on: verification of the rest begins with it.
CREATE TABLE audit.pruned (
    id BOOL PRIMARY KEY DEFAULT true CHECK (id),
    chain_index BIGINT NOT NULL,
    event_hash BYTEA NOT NULL CHECK (octet_length(event_hash) = 32),
    event_timestamp TIMESTAMPTZ NOT NULL,
    pruned_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    pruned_by TEXT NOT NULL DEFAULT session_user,
    transaction XID8 NOT NULL DEFAULT pg_current_xact_id()
);

-- What the law asks for, in the database itself. For seven years (SOX, FINRA), a migration makes it 2557 days; as long as
-- AUDIT_ANCHOR_RETENTION_DAYS at least, so that no anchor is without its event.
CREATE FUNCTION audit.retention() RETURNS INTERVAL LANGUAGE sql IMMUTABLE PARALLEL SAFE SET search_path = pg_catalog
    RETURN interval '400 days';

-- Deletes at most so many of the oldest events from before a moment, and says how many: 0 when there are none left. The
-- first that is younger ends it, whatever comes after, and the newest event of all stays: the next one is linked to it.
CREATE FUNCTION audit.prune_events(before TIMESTAMPTZ, most INTEGER) RETURNS BIGINT
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    last audit.audit_event;
    deleted BIGINT;
BEGIN
    IF before IS NULL OR most IS NULL OR most < 1 THEN
        RAISE EXCEPTION 'audit.prune_events needs a moment, and a number from 1 up' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    IF before > now() - audit.retention() THEN
        RAISE EXCEPTION 'audit events are kept for %', audit.retention() USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM pg_advisory_xact_lock(hashtextextended('audit.pruned', 0));
    WITH oldest AS (
        SELECT e.chain_index, e.timestamp FROM audit.audit_event e ORDER BY e.chain_index LIMIT most
    )
    SELECT e.* INTO last FROM audit.audit_event e
     WHERE e.chain_index = (
               SELECT max(o.chain_index) FROM oldest o
                WHERE o.chain_index < coalesce((SELECT min(y.chain_index) FROM oldest y WHERE y.timestamp >= before),
                                               o.chain_index + 1)
                      AND o.chain_index < (SELECT max(h.chain_index) FROM audit.audit_event h));
    IF NOT FOUND THEN
        RETURN 0;
    END IF;
    INSERT INTO audit.pruned AS p (chain_index, event_hash, event_timestamp)
    VALUES (last.chain_index, last.event_hash, last.timestamp)
    ON CONFLICT (id) DO UPDATE SET chain_index = excluded.chain_index, event_hash = excluded.event_hash,
        event_timestamp = excluded.event_timestamp, pruned_at = excluded.pruned_at, pruned_by = excluded.pruned_by,
        transaction = excluded.transaction;
    DELETE FROM audit.audit_event e WHERE e.chain_index <= last.chain_index;
    GET DIAGNOSTICS deleted = ROW_COUNT;
    RETURN deleted;
END
$$;

-- As before, but for the transaction that has just recorded what it prunes.
CREATE OR REPLACE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP = 'DELETE' AND EXISTS (SELECT FROM audit.pruned p WHERE p.transaction = pg_current_xact_id()) THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'audit.audit_event is append-only: % refused', TG_OP
        USING ERRCODE = 'insufficient_privilege', HINT = 'audit.prune_events() deletes the oldest ones.';
END
$$;

-- And of that, no event beyond what was recorded.
CREATE FUNCTION audit.refuse_more() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF EXISTS (SELECT FROM gone g WHERE g.chain_index > (SELECT p.chain_index FROM audit.pruned p)) THEN
        RAISE EXCEPTION 'audit.audit_event is append-only: DELETE refused' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER audit_event_prune_prefix AFTER DELETE ON audit.audit_event REFERENCING OLD TABLE AS gone
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_more();
ALTER TABLE audit.audit_event ENABLE ALWAYS TRIGGER audit_event_prune_prefix;

-- The record can't be forged either: it names an event that is there, old enough, and further on than the last one.
CREATE FUNCTION audit.check_pruned() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    IF TG_OP IN ('INSERT', 'UPDATE')
       AND EXISTS (SELECT FROM audit.audit_event e
                    WHERE e.chain_index = NEW.chain_index AND e.event_hash = NEW.event_hash
                          AND e.timestamp = NEW.event_timestamp AND e.timestamp < now() - audit.retention())
       AND (TG_OP = 'INSERT' OR NEW.chain_index > OLD.chain_index) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'audit.pruned says what is pruned: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

CREATE TRIGGER pruned_is_true BEFORE INSERT OR UPDATE OR DELETE ON audit.pruned
    FOR EACH ROW EXECUTE FUNCTION audit.check_pruned();
ALTER TABLE audit.pruned ENABLE ALWAYS TRIGGER pruned_is_true;
CREATE TRIGGER pruned_stays BEFORE TRUNCATE ON audit.pruned
    FOR EACH STATEMENT EXECUTE FUNCTION audit.check_pruned();
ALTER TABLE audit.pruned ENABLE ALWAYS TRIGGER pruned_stays;

CREATE OR REPLACE FUNCTION audit.broken_links() RETURNS TABLE (chain_index BIGINT, problem TEXT)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
BEGIN ATOMIC
    SELECT e.chain_index,
           CASE WHEN e.expected_index <> e.chain_index
                THEN 'follows ' || e.expected_index - 1 || ': events are missing'
                ELSE 'previous_hash is not the hash of the event before' END
      FROM (SELECT a.chain_index, a.previous_hash,
                   coalesce(lag(a.chain_index) OVER chain, (SELECT p.chain_index FROM audit.pruned p), -1) + 1
                       AS expected_index,
                   CASE WHEN row_number() OVER chain = 1 THEN (SELECT p.event_hash FROM audit.pruned p)
                        ELSE lag(a.event_hash) OVER chain END AS expected_hash
              FROM audit.audit_event a WINDOW chain AS (ORDER BY a.chain_index)) AS e
     WHERE e.expected_index <> e.chain_index OR e.expected_hash IS DISTINCT FROM e.previous_hash
     ORDER BY e.chain_index;
END;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
