-- By hand only: fails while a user has more than one key, because user_id becomes the primary key again.

ALTER TABLE policy_client_secret DROP CONSTRAINT policy_client_secret_pkey;
ALTER TABLE policy_client_secret
    ADD CONSTRAINT policy_client_secret_client_data_key UNIQUE (policy_client_address, policy_data_address);

ALTER TABLE api_keys DROP CONSTRAINT IF EXISTS api_keys_user_id_fkey;
DROP INDEX idx_api_keys_user_id;
ALTER TABLE api_keys DROP COLUMN id;
ALTER TABLE api_keys ADD CONSTRAINT api_keys_pkey PRIMARY KEY (user_id);
