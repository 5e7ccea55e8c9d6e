-- Back to one nullable rate limit. Expiry dates to come are lost.

-- The older schema knows neither expiry nor revocation: such keys must not come back to life.
UPDATE api_keys SET is_active = false
WHERE is_active AND (expires_at <= now() OR revoked_at IS NOT NULL);

COMMENT ON COLUMN api_keys.rate_limit_per_minute IS NULL;

ALTER TABLE api_keys
    DROP CONSTRAINT api_keys_rate_limit_per_minute_positive,
    DROP COLUMN environment,
    DROP COLUMN tier,
    DROP COLUMN burst,
    DROP COLUMN monthly_quota,
    DROP COLUMN expires_at,
    DROP COLUMN revoked_at,
    DROP COLUMN last_used_at;

ALTER TABLE api_keys RENAME COLUMN rate_limit_per_minute TO rate_limit;
