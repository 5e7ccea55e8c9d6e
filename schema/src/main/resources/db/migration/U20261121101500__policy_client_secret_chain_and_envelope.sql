-- Back to one secret per pair of addresses, without chain and encryption version.

-- Dropping a chain or a version that matters would leave secrets that nobody can tell apart or decrypt.
DO $$
DECLARE
    affected bigint;
BEGIN
    SELECT count(*) INTO affected FROM policy_client_secret WHERE chain_id <> 0 OR encryption_version <> 1;
    IF affected > 0 THEN
        RAISE EXCEPTION
            '% rows of policy_client_secret have a chain or encryption version that the older schema cannot hold',
            affected
            USING HINT =
                'Back up and delete the rows with chain_id <> 0 or encryption_version <> 1, then revert again.';
    END IF;
END
$$;

ALTER TABLE policy_client_secret DROP CONSTRAINT policy_client_secret_pkey;
ALTER TABLE policy_client_secret
    DROP COLUMN chain_id,
    DROP COLUMN encryption_version;
ALTER TABLE policy_client_secret
    ADD CONSTRAINT policy_client_secret_pkey PRIMARY KEY (policy_client_address, policy_data_address);
ALTER TABLE policy_client_secret RENAME COLUMN envelope TO secret;
