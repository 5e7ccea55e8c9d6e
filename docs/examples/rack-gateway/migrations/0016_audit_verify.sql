-- What is wrong with the chain as far as it shows without the key: no row means that every link fits. Whether each
-- event_hash is the HMAC of audit.hashed_bytes is for whoever has AUDIT_HMAC_SECRET to say: links alone prove nothing.
CREATE FUNCTION audit.broken_links() RETURNS TABLE (chain_index BIGINT, problem TEXT)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog
BEGIN ATOMIC
    SELECT e.chain_index,
           CASE WHEN e.expected_index <> e.chain_index
                THEN 'follows ' || e.expected_index - 1 || ': events are missing'
                ELSE 'previous_hash is not the hash of the event before' END
      FROM (SELECT a.chain_index, a.previous_hash,
                   coalesce(lag(a.chain_index) OVER chain + 1, 0) AS expected_index,
                   lag(a.event_hash) OVER chain AS expected_hash
              FROM audit.audit_event a WINDOW chain AS (ORDER BY a.chain_index)) AS e
     WHERE e.expected_index <> e.chain_index OR e.expected_hash IS DISTINCT FROM e.previous_hash
     ORDER BY e.chain_index;
END;

REVOKE ALL ON FUNCTION audit.broken_links() FROM PUBLIC;
