-- Secrets are kept per chain, as envelopes that name the kind of key they are encrypted with.

ALTER TABLE policy_client_secret RENAME COLUMN secret TO envelope;

-- The defaults serve existing rows only; a writer has to say chain and version.
ALTER TABLE policy_client_secret
    ADD COLUMN chain_id BIGINT NOT NULL DEFAULT 0,
    ADD COLUMN encryption_version INTEGER NOT NULL DEFAULT 1;
ALTER TABLE policy_client_secret
    ALTER COLUMN chain_id DROP DEFAULT,
    ALTER COLUMN encryption_version DROP DEFAULT,
    ADD CONSTRAINT policy_client_secret_chain_id_range CHECK (chain_id >= 0),
    ADD CONSTRAINT policy_client_secret_encryption_version_known CHECK (encryption_version BETWEEN 0 AND 2);

ALTER TABLE policy_client_secret DROP CONSTRAINT policy_client_secret_pkey;
ALTER TABLE policy_client_secret
    ADD CONSTRAINT policy_client_secret_pkey PRIMARY KEY (policy_client_address, policy_data_address, chain_id);

COMMENT ON COLUMN policy_client_secret.chain_id IS
    'EIP-155 id of the chain; 0 for rows from before chains were recorded.';
COMMENT ON COLUMN policy_client_secret.encryption_version IS
    'What the envelope is encrypted with: 0 nothing (plaintext), 1 the master key, 2 a key per tenant.';
