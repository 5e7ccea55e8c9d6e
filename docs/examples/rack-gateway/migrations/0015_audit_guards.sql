CREATE FUNCTION audit.refuse_change() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog AS $$
BEGIN
    RAISE EXCEPTION 'audit.audit_event is append-only: % refused', TG_OP USING ERRCODE = 'insufficient_privilege';
END
$$;

REVOKE ALL ON FUNCTION audit.refuse_change() FROM PUBLIC;

-- For each statement: also one that matches no row, and TRUNCATE, which would pass a trigger for rows.
CREATE TRIGGER audit_event_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit.audit_event
    FOR EACH STATEMENT EXECUTE FUNCTION audit.refuse_change();

-- Also in sessions that set session_replication_role.
ALTER TABLE audit.audit_event ENABLE ALWAYS TRIGGER audit_event_append_only;
