-- Back to references without expiry. Expiry dates to come are lost.

-- The older schema knows no expiry: what has expired must not resolve again.
DELETE FROM encrypted_data_refs WHERE expires_at <= now();

DROP INDEX idx_encrypted_data_refs_scope;
ALTER TABLE encrypted_data_refs
    DROP CONSTRAINT encrypted_data_refs_envelope_size,
    DROP COLUMN chain_id,
    DROP COLUMN signature,
    DROP COLUMN expires_at;
