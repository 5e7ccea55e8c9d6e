-- Back to plain hashes, one for each key. Overlaps end: earlier values of rotated keys stop working.

-- Without its pepper's name, nobody could tell later how such a hash was made.
DO $$
DECLARE
    affected bigint;
BEGIN
    SELECT count(*) INTO affected FROM api_keys WHERE pepper_id IS NOT NULL;
    IF affected > 0 THEN
        RAISE EXCEPTION '% keys are hashed with a pepper, which the older schema cannot hold', affected
            USING HINT = 'Issue these keys anew without a pepper (GWDB_KEY_PEPPER not set), then revert again.';
    END IF;
END
$$;

DROP TRIGGER api_keys_set_updated_at ON api_keys;
DROP TRIGGER api_keys_notify_update ON api_keys;

DROP TABLE api_key_previous_hash;
DROP FUNCTION api_key_previous_hash_notify();
DROP INDEX idx_api_keys_created_at;
COMMENT ON COLUMN api_keys.last_used_at IS 'Last use as of the latest usage flush; null if never used.';
ALTER TABLE api_key_usage RESET (fillfactor);
ALTER TABLE api_keys RESET (fillfactor);
ALTER TABLE api_keys
    DROP COLUMN pepper_id,
    DROP COLUMN rotated_at;

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
