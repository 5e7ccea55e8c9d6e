-- What a key may use, and how long it lives.

ALTER TABLE api_keys RENAME COLUMN rate_limit TO rate_limit_per_minute;

-- Only positive limits from here on. The tightest one is the nearest to 0: never loosen a limit.
ALTER TABLE api_keys DISABLE TRIGGER api_keys_set_updated_at;
UPDATE api_keys SET rate_limit_per_minute = 1 WHERE rate_limit_per_minute <= 0;
ALTER TABLE api_keys ENABLE TRIGGER api_keys_set_updated_at;

ALTER TABLE api_keys
    ADD COLUMN environment TEXT NOT NULL DEFAULT 'live',
    ADD COLUMN tier TEXT NOT NULL DEFAULT 'free',
    ADD COLUMN burst INTEGER,
    ADD COLUMN monthly_quota BIGINT,
    ADD COLUMN expires_at TIMESTAMPTZ,
    ADD COLUMN revoked_at TIMESTAMPTZ,
    ADD COLUMN last_used_at TIMESTAMPTZ,
    ADD CONSTRAINT api_keys_environment_known CHECK (environment IN ('live', 'test')),
    ADD CONSTRAINT api_keys_tier_known CHECK (tier IN ('free', 'pro', 'scale')),
    ADD CONSTRAINT api_keys_rate_limit_per_minute_positive CHECK (rate_limit_per_minute > 0),
    ADD CONSTRAINT api_keys_burst_positive CHECK (burst > 0),
    ADD CONSTRAINT api_keys_monthly_quota_positive CHECK (monthly_quota > 0);

-- For the clean-up of expired keys; most keys never expire and stay out of it.
CREATE INDEX idx_api_keys_expires_at ON api_keys (expires_at) WHERE expires_at IS NOT NULL;

COMMENT ON COLUMN api_keys.environment IS 'live or test: the environment named in the key.';
COMMENT ON COLUMN api_keys.tier IS 'free, pro or scale: decides the limits that the key does not set itself.';
COMMENT ON COLUMN api_keys.rate_limit_per_minute IS 'Requests per minute; null means the tier''s limit.';
COMMENT ON COLUMN api_keys.burst IS 'Requests allowed at once above the steady rate; null means the tier''s.';
COMMENT ON COLUMN api_keys.monthly_quota IS 'Requests per calendar month in UTC; null means the tier''s quota.';
COMMENT ON COLUMN api_keys.expires_at IS
    'The key is refused from this moment on, by the database''s clock; null means never.';
COMMENT ON COLUMN api_keys.revoked_at IS 'When the key was revoked; null while it is not.';
COMMENT ON COLUMN api_keys.last_used_at IS 'Last use as of the latest usage flush; null if never used.';
