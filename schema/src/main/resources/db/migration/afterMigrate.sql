-- The dashboard may create "user" long after us: looks after every migrate whether api_keys can reference it by now.

DO $$
DECLARE
    keys regclass;
    users regclass;
    id_type regtype;
    id_unique boolean;
    validated boolean;
    orphans bigint;
BEGIN
    -- Before there is api_keys.id, user_id is the primary key and migration 20260220100000 has yet to link it.
    SELECT k.oid, u.oid, con.convalidated
    INTO keys, users, validated
    FROM pg_class k
    JOIN pg_namespace n ON n.oid = k.relnamespace
    JOIN pg_attribute key_id ON key_id.attrelid = k.oid AND key_id.attname = 'id' AND NOT key_id.attisdropped
    JOIN pg_class u ON u.relnamespace = n.oid AND u.relname = 'user' AND u.relkind IN ('r', 'p')
    LEFT JOIN pg_constraint con ON con.conrelid = k.oid AND con.conname = 'api_keys_user_id_fkey'
    WHERE n.nspname = current_schema() AND k.relname = 'api_keys' AND k.relkind = 'r';

    IF users IS NULL OR validated THEN
        RETURN;
    END IF;

    IF validated IS NULL THEN
        SELECT a.atttypid, EXISTS (
            SELECT FROM pg_index i
            WHERE i.indrelid = users AND i.indnkeyatts = 1 AND i.indkey[0] = a.attnum
                AND i.indisunique AND i.indisvalid AND i.indimmediate AND i.indpred IS NULL)
        INTO id_type, id_unique
        FROM pg_attribute a
        WHERE a.attrelid = users AND a.attname = 'id' AND NOT a.attisdropped;

        IF id_type IS DISTINCT FROM 'uuid'::regtype OR NOT id_unique THEN
            RAISE WARNING 'api_keys.user_id does not reference %: its id is %, not a unique uuid',
                users, coalesce(id_type::text, 'missing')
                USING HINT = 'Give the table an id column of type uuid with a primary key, then run migrate again.';
            RETURN;
        END IF;

        -- Not valid at first, so that new keys are checked even where old ones stand in the way.
        EXECUTE format(
            'ALTER TABLE %s ADD CONSTRAINT api_keys_user_id_fkey'
            ' FOREIGN KEY (user_id) REFERENCES %s (id) ON DELETE CASCADE NOT VALID', keys, users);
    END IF;

    BEGIN
        EXECUTE format('ALTER TABLE %s VALIDATE CONSTRAINT api_keys_user_id_fkey', keys);
    EXCEPTION WHEN foreign_key_violation THEN
        EXECUTE format(
            'SELECT count(*) FROM %s k WHERE NOT EXISTS (SELECT FROM %s u WHERE u.id = k.user_id)', keys, users)
        INTO orphans;
        RAISE WARNING '% rows of api_keys have a user_id that is not in %: api_keys_user_id_fkey stays NOT VALID',
            orphans, users
            USING HINT = 'Add the missing users or delete those keys, then run migrate again.';
    END;
EXCEPTION WHEN insufficient_privilege THEN
    RAISE WARNING 'api_keys.user_id does not reference %: %', users, SQLERRM
        USING HINT = 'GRANT REFERENCES, SELECT on that table to the role that migrates, then run migrate again.';
END
$$;
