-- A writer says which value it replaces, so that no update is lost without anybody noticing.

ALTER TABLE policy_client_secret
    ADD COLUMN revision BIGINT NOT NULL DEFAULT 1,
    ADD CONSTRAINT policy_client_secret_revision_positive CHECK (revision >= 1);

COMMENT ON COLUMN policy_client_secret.revision IS
    'How many values the secret has had, this one included; re-encryption is no new value.';
