-- Hashes may be keyed by a pepper, and a rotated key's earlier values may go on working for a while.

ALTER TABLE api_keys
    ADD COLUMN pepper_id TEXT,
    ADD COLUMN rotated_at TIMESTAMPTZ,
    ADD CONSTRAINT api_keys_pepper_id_len CHECK (length(pepper_id) BETWEEN 1 AND 32);

-- Room in each page, so that usage is written without touching any index.
ALTER TABLE api_keys SET (fillfactor = 85);
ALTER TABLE api_key_usage SET (fillfactor = 70);

-- Lists of keys are read page by page, newest first.
CREATE INDEX idx_api_keys_created_at ON api_keys (created_at, id);

COMMENT ON COLUMN api_keys.pepper_id IS
    'Which pepper keys the hash (HMAC-SHA-256); null for a plain SHA-256. Never the pepper itself.';
COMMENT ON COLUMN api_keys.last_used_at IS
    'Last use as of the latest usage flush, to within a minute; null if never used.';
COMMENT ON COLUMN api_keys.rotated_at IS 'When the key last got a new value; null if it never did.';

CREATE TABLE api_key_previous_hash (
    key_hash BYTEA NOT NULL,
    api_key_id UUID NOT NULL,
    pepper_id TEXT,
    key_prefix TEXT NOT NULL,
    last_four TEXT NOT NULL,
    valid_until TIMESTAMPTZ NOT NULL,
    CONSTRAINT api_key_previous_hash_pkey PRIMARY KEY (key_hash),
    CONSTRAINT api_key_previous_hash_api_key_id_fkey
        FOREIGN KEY (api_key_id) REFERENCES api_keys (id) ON DELETE CASCADE,
    CONSTRAINT api_key_previous_hash_key_hash_len CHECK (octet_length(key_hash) = 32),
    CONSTRAINT api_key_previous_hash_pepper_id_len CHECK (length(pepper_id) BETWEEN 1 AND 32),
    CONSTRAINT api_key_previous_hash_key_prefix_len CHECK (length(key_prefix) <= 12),
    CONSTRAINT api_key_previous_hash_last_four_len CHECK (length(last_four) <= 4)
);

CREATE INDEX idx_api_key_previous_hash_api_key_id ON api_key_previous_hash (api_key_id);

COMMENT ON TABLE api_key_previous_hash IS
    'Earlier values of rotated keys that still work, until their overlap ends or the key itself is refused.';
COMMENT ON COLUMN api_key_previous_hash.key_hash IS 'As api_keys.key_hash was before the rotation.';
COMMENT ON COLUMN api_key_previous_hash.api_key_id IS 'The key whose value this was.';
COMMENT ON COLUMN api_key_previous_hash.pepper_id IS 'As api_keys.pepper_id was before the rotation.';
COMMENT ON COLUMN api_key_previous_hash.key_prefix IS 'As api_keys.key_prefix was before the rotation.';
COMMENT ON COLUMN api_key_previous_hash.last_four IS 'As api_keys.last_four was before the rotation.';
COMMENT ON COLUMN api_key_previous_hash.valid_until IS
    'The value is refused from this moment on, by the database''s clock.';

-- Rotating also changes api_keys, which notifies; this is for an overlap that is cut short.
CREATE FUNCTION api_key_previous_hash_notify() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        PERFORM pg_notify('gateway_api_keys', json_build_object('op', TG_OP)::text);
    ELSE
        PERFORM pg_notify('gateway_api_keys', json_build_object('op', 'UPDATE', 'id', OLD.api_key_id)::text);
    END IF;
    RETURN NULL;
END
$$;

COMMENT ON FUNCTION api_key_previous_hash_notify() IS
    'Sends {"op", "id"} of the key to the channel gateway_api_keys, as api_keys_notify() does.';

CREATE TRIGGER api_key_previous_hash_notify_update_delete
    AFTER UPDATE OR DELETE ON api_key_previous_hash
    FOR EACH ROW EXECUTE FUNCTION api_key_previous_hash_notify();

CREATE TRIGGER api_key_previous_hash_notify_truncate
    AFTER TRUNCATE ON api_key_previous_hash
    FOR EACH STATEMENT EXECUTE FUNCTION api_key_previous_hash_notify();

-- Every column but last_used_at and updated_at, as before.
DROP TRIGGER api_keys_notify_update ON api_keys;
CREATE TRIGGER api_keys_notify_update
    AFTER UPDATE ON api_keys
    FOR EACH ROW
    WHEN (
        ROW(
            OLD.id, OLD.user_id, OLD.address, OLD.name, OLD.permissions, OLD.is_active, OLD.created_at,
            OLD.key_hash, OLD.key_prefix, OLD.last_four, OLD.environment, OLD.tier,
            OLD.rate_limit_per_minute, OLD.burst, OLD.monthly_quota, OLD.expires_at, OLD.revoked_at,
            OLD.pepper_id, OLD.rotated_at
        ) IS DISTINCT FROM ROW(
            NEW.id, NEW.user_id, NEW.address, NEW.name, NEW.permissions, NEW.is_active, NEW.created_at,
            NEW.key_hash, NEW.key_prefix, NEW.last_four, NEW.environment, NEW.tier,
            NEW.rate_limit_per_minute, NEW.burst, NEW.monthly_quota, NEW.expires_at, NEW.revoked_at,
            NEW.pepper_id, NEW.rotated_at
        )
    )
    EXECUTE FUNCTION api_keys_notify();

-- The same value hashed under another pepper is use of a key, no update of it.
DROP TRIGGER api_keys_set_updated_at ON api_keys;
CREATE TRIGGER api_keys_set_updated_at
    BEFORE UPDATE ON api_keys
    FOR EACH ROW
    WHEN (
        ROW(
            OLD.id, OLD.user_id, OLD.address, OLD.name, OLD.permissions, OLD.is_active, OLD.created_at,
            OLD.key_prefix, OLD.last_four, OLD.environment, OLD.tier,
            OLD.rate_limit_per_minute, OLD.burst, OLD.monthly_quota, OLD.expires_at, OLD.revoked_at,
            OLD.rotated_at
        ) IS DISTINCT FROM ROW(
            NEW.id, NEW.user_id, NEW.address, NEW.name, NEW.permissions, NEW.is_active, NEW.created_at,
            NEW.key_prefix, NEW.last_four, NEW.environment, NEW.tier,
            NEW.rate_limit_per_minute, NEW.burst, NEW.monthly_quota, NEW.expires_at, NEW.revoked_at,
            NEW.rotated_at
        )
        OR OLD.key_hash <> NEW.key_hash AND OLD.pepper_id IS NOT DISTINCT FROM NEW.pepper_id
    )
    EXECUTE FUNCTION gateway_set_updated_at();
