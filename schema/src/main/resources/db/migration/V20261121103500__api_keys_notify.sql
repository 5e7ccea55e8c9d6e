-- Tells every gateway instance at once that a key changed, and not that it was merely used.

CREATE FUNCTION api_keys_notify() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM pg_notify('gateway_api_keys', json_build_object('op', TG_OP)::text);
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM pg_notify('gateway_api_keys', json_build_object('op', TG_OP, 'id', OLD.id)::text);
    ELSE
        -- Listeners know the key by its old id.
        IF TG_OP = 'UPDATE' AND OLD.id <> NEW.id THEN
            PERFORM pg_notify('gateway_api_keys', json_build_object('op', 'DELETE', 'id', OLD.id)::text);
        END IF;
        PERFORM pg_notify('gateway_api_keys', json_build_object('op', TG_OP, 'id', NEW.id)::text);
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION api_keys_notify() IS
    'Sends {"op", "id"} to the channel gateway_api_keys; op is INSERT, UPDATE, DELETE or, without id, TRUNCATE.';

CREATE TRIGGER api_keys_notify_insert_delete
    AFTER INSERT OR DELETE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION api_keys_notify();

CREATE TRIGGER api_keys_notify_truncate
    AFTER TRUNCATE ON api_keys
    FOR EACH STATEMENT EXECUTE FUNCTION api_keys_notify();

-- Every column but last_used_at and updated_at: usage is flushed every few seconds and must not empty caches.
-- A migration that adds a column to api_keys re-creates this trigger and the next with it.
CREATE TRIGGER api_keys_notify_update
    AFTER UPDATE ON api_keys
    FOR EACH ROW
    WHEN (
        ROW(
            OLD.id, OLD.user_id, OLD.address, OLD.name, OLD.permissions, OLD.is_active, OLD.created_at,
            OLD.key_hash, OLD.key_prefix, OLD.last_four, OLD.environment, OLD.tier,
            OLD.rate_limit_per_minute, OLD.burst, OLD.monthly_quota, OLD.expires_at, OLD.revoked_at
        ) IS DISTINCT FROM ROW(
            NEW.id, NEW.user_id, NEW.address, NEW.name, NEW.permissions, NEW.is_active, NEW.created_at,
            NEW.key_hash, NEW.key_prefix, NEW.last_four, NEW.environment, NEW.tier,
            NEW.rate_limit_per_minute, NEW.burst, NEW.monthly_quota, NEW.expires_at, NEW.revoked_at
        )
    )
    EXECUTE FUNCTION api_keys_notify();

-- For the same reason usage no longer counts as an update.
DROP TRIGGER api_keys_set_updated_at ON api_keys;
CREATE TRIGGER api_keys_set_updated_at
    BEFORE UPDATE ON api_keys
    FOR EACH ROW
    WHEN (
        ROW(
            OLD.id, OLD.user_id, OLD.address, OLD.name, OLD.permissions, OLD.is_active, OLD.created_at,
            OLD.key_hash, OLD.key_prefix, OLD.last_four, OLD.environment, OLD.tier,
            OLD.rate_limit_per_minute, OLD.burst, OLD.monthly_quota, OLD.expires_at, OLD.revoked_at
        ) IS DISTINCT FROM ROW(
            NEW.id, NEW.user_id, NEW.address, NEW.name, NEW.permissions, NEW.is_active, NEW.created_at,
            NEW.key_hash, NEW.key_prefix, NEW.last_four, NEW.environment, NEW.tier,
            NEW.rate_limit_per_minute, NEW.burst, NEW.monthly_quota, NEW.expires_at, NEW.revoked_at
        )
    )
    EXECUTE FUNCTION gateway_set_updated_at();
