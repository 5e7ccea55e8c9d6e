-- Back to keys known by their clear value alone.

ALTER TABLE api_keys
    DROP COLUMN key_hash,
    DROP COLUMN key_prefix,
    DROP COLUMN last_four;
