-- API keys: one per dashboard user, with the user's Ethereum address and permissions.

CREATE TABLE api_keys (
    user_id UUID PRIMARY KEY,
    address BYTEA NOT NULL,
    name TEXT NOT NULL,
    api_key TEXT NOT NULL UNIQUE,
    permissions JSONB NOT NULL DEFAULT '[]',
    rate_limit INTEGER,
    is_active BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT api_keys_address_len CHECK (octet_length(address) = 20),
    CONSTRAINT api_keys_permissions_array CHECK (jsonb_typeof(permissions) = 'array')
);

CREATE INDEX idx_api_keys_address ON api_keys (address);
CREATE INDEX idx_api_keys_active ON api_keys (is_active);
CREATE INDEX idx_api_keys_permissions ON api_keys USING gin (permissions);

-- The database is shared with the dashboard: the prefix keeps the name free of collisions.
CREATE FUNCTION gateway_set_updated_at() RETURNS trigger
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp
AS $$
BEGIN
    NEW.updated_at = now();
    RETURN NEW;
END
$$;

CREATE TRIGGER api_keys_set_updated_at
    BEFORE UPDATE ON api_keys
    FOR EACH ROW EXECUTE FUNCTION gateway_set_updated_at();
