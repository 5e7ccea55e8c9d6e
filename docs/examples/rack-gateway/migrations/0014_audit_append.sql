-- What an event's HMAC-SHA256 is taken of. AUDIT_HMAC_SECRET never comes here: the gateway takes the HMAC, and takes it
-- again to verify. Every field has its length before it, so that no two events give the same bytes; an absent one has
-- the length -1.
CREATE FUNCTION audit.hashed_field(value TEXT) RETURNS BYTEA LANGUAGE sql IMMUTABLE PARALLEL SAFE
    SET search_path = pg_catalog
    RETURN coalesce(int4send(octet_length(convert_to(value, 'UTF8'))) || convert_to(value, 'UTF8'), int4send(-1));

CREATE FUNCTION audit.hashed_bytes(chain_id TEXT, event audit.audit_event) RETURNS BYTEA
    LANGUAGE sql STABLE PARALLEL SAFE SET search_path = pg_catalog
BEGIN ATOMIC
    SELECT string_agg(audit.hashed_field(field), '' ORDER BY place)
      FROM unnest(ARRAY[
          chain_id,
          (event).chain_index::text,
          encode((event).previous_hash, 'hex'),
          -- Microseconds, which is all that is stored.
          (extract(epoch FROM (event).timestamp) * 1000000)::bigint::text,
          (event).user_email, (event).user_name, (event).api_token_id::text, (event).api_token_name,
          (event).action_type, (event).action, (event).command, (event).resource, (event).resource_type,
          (event).details, (event).request_id, host((event).ip), (event).user_agent, (event).status,
          (event).rbac_decision, (event).http_status::text, (event).response_time_ms::text, (event).event_count::text
      ]) WITH ORDINALITY AS fields (field, place);
END;

-- The link that comes next; until the transaction ends, nobody else gets one. It follows from the newest event and not
-- from a sequence, so that a rollback leaves no gap.
CREATE FUNCTION audit.next_link(OUT chain_index BIGINT, OUT previous_hash BYTEA)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('audit.audit_event', 0));
    SELECT e.chain_index + 1, e.event_hash INTO chain_index, previous_hash
      FROM audit.audit_event e ORDER BY e.chain_index DESC LIMIT 1;
    chain_index := coalesce(chain_index, 0);
END
$$;

-- The only way in for the gateway, in the transaction that asked for the link.
CREATE FUNCTION audit.append_event(event JSONB) RETURNS BIGINT
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog
AS $$
DECLARE
    link RECORD;
    added audit.audit_event;
BEGIN
    added := jsonb_populate_record(NULL::audit.audit_event, event);
    SELECT * INTO link FROM audit.next_link();
    IF added.chain_index IS DISTINCT FROM link.chain_index
       OR added.previous_hash IS DISTINCT FROM link.previous_hash THEN
        RAISE EXCEPTION 'the audit chain is at index %, and the event claims %', link.chain_index, added.chain_index
            USING ERRCODE = 'serialization_failure',
                  HINT = 'Ask audit.next_link() in the same transaction, and take the HMAC again.';
    END IF;
    added.id := nextval('audit.audit_event_id_seq');
    added.event_count := coalesce(added.event_count, 1);
    INSERT INTO audit.audit_event SELECT added.*;
    RETURN added.id;
END
$$;

REVOKE ALL ON ALL FUNCTIONS IN SCHEMA audit FROM PUBLIC;
