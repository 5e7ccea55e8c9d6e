-- Several keys per user: a key gets its own id. Links keys to the dashboard's users where that table exists.

ALTER TABLE api_keys ADD COLUMN id UUID NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE api_keys DROP CONSTRAINT api_keys_pkey;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_pkey PRIMARY KEY (id);
CREATE INDEX idx_api_keys_user_id ON api_keys (user_id);

ALTER TABLE policy_client_secret DROP CONSTRAINT policy_client_secret_client_data_key;
ALTER TABLE policy_client_secret
    ADD CONSTRAINT policy_client_secret_pkey PRIMARY KEY (policy_client_address, policy_data_address);

-- Skipped when the table is absent or its id is no unique UUID; afterMigrate looks again after every run.
DO $$
DECLARE
    users regclass;
BEGIN
    SELECT c.oid INTO users
    FROM pg_class c
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'id' AND NOT a.attisdropped
    JOIN pg_index i ON i.indrelid = c.oid AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
    WHERE n.nspname = current_schema()
        AND c.relname = 'user'
        AND c.relkind IN ('r', 'p')
        AND a.atttypid = 'uuid'::regtype
        AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL
    LIMIT 1;
    IF users IS NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'ALTER TABLE api_keys ADD CONSTRAINT api_keys_user_id_fkey'
        ' FOREIGN KEY (user_id) REFERENCES %s (id) ON DELETE CASCADE', users);
EXCEPTION
    WHEN foreign_key_violation OR insufficient_privilege THEN
        RAISE WARNING 'api_keys.user_id does not reference %: %', users, SQLERRM
            USING HINT = 'The next migrate tries again and says what is missing.';
END
$$;
