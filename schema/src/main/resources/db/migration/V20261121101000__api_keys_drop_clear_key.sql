-- The clear keys go: from here on a stolen copy of the table authenticates nobody.

-- DROP COLUMN alone leaves the values in the table's file; changing a type, even to itself, rewrites it without them.
ALTER TABLE api_keys
    DROP COLUMN api_key,
    ALTER COLUMN key_hash TYPE BYTEA USING key_hash || ''::bytea;
