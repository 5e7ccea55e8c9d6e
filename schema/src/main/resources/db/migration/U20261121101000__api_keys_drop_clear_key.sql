-- Restores the column, not the keys: the clear values are gone for good.

-- Random per row, so that nobody can authenticate with a value they could guess.
ALTER TABLE api_keys
    ADD COLUMN api_key TEXT NOT NULL
        DEFAULT 'unrecoverable:' || gen_random_uuid() || gen_random_uuid()
        CONSTRAINT api_keys_api_key_key UNIQUE;
ALTER TABLE api_keys ALTER COLUMN api_key DROP DEFAULT;
