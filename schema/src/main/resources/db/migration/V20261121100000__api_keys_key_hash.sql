-- Keys become recognisable by hash, so that the clear value can go in a later migration.

ALTER TABLE api_keys
    ADD COLUMN key_hash BYTEA,
    ADD COLUMN key_prefix TEXT,
    ADD COLUMN last_four TEXT;

-- Hashing is no change to a key: updated_at keeps saying when its owner last changed it.
ALTER TABLE api_keys DISABLE TRIGGER api_keys_set_updated_at;
-- Shows gw_ plus 4 of 64 hex digits; hand-made short keys show at most an eighth at either end.
UPDATE api_keys SET
    key_hash = sha256(convert_to(api_key, 'UTF8')),
    key_prefix = left(api_key, least(7, length(api_key) / 8)),
    last_four = right(api_key, least(4, length(api_key) / 8));
ALTER TABLE api_keys ENABLE TRIGGER api_keys_set_updated_at;

ALTER TABLE api_keys
    ALTER COLUMN key_hash SET NOT NULL,
    ALTER COLUMN key_prefix SET NOT NULL,
    ALTER COLUMN last_four SET NOT NULL,
    ADD CONSTRAINT api_keys_key_hash_key UNIQUE (key_hash),
    ADD CONSTRAINT api_keys_key_hash_len CHECK (octet_length(key_hash) = 32),
    -- gw_live_ plus 4 characters; a bound here keeps a bug from storing the whole key.
    ADD CONSTRAINT api_keys_key_prefix_len CHECK (length(key_prefix) <= 12),
    ADD CONSTRAINT api_keys_last_four_len CHECK (length(last_four) <= 4);

COMMENT ON COLUMN api_keys.key_hash IS
    'Hash of the whole key, 32 bytes: SHA-256 for keys that were once stored in clear. Keys are looked up by it.';
COMMENT ON COLUMN api_keys.key_prefix IS
    'First characters of the key, at most 12, to recognise it in lists. Empty for keys too short to show any.';
COMMENT ON COLUMN api_keys.last_four IS
    'Last characters of the key, at most 4, to recognise it in lists. Empty for keys too short to show any.';
