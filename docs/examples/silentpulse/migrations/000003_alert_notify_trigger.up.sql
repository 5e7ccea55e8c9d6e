-- Ids and the status alone: a payload must stay below 8,000 bytes, and listeners read the row.
CREATE FUNCTION notify_alert() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.status = OLD.status THEN
            RETURN NULL;
        END IF;
    END IF;
    PERFORM pg_notify('alerts', json_build_object(
        'op', lower(TG_OP), 'id', NEW.id, 'tenant_id', NEW.tenant_id, 'status', NEW.status)::text);
    RETURN NULL;
END
$$;

CREATE TRIGGER alerts_notify AFTER INSERT OR UPDATE OF status ON alerts
    FOR EACH ROW EXECUTE FUNCTION notify_alert();
