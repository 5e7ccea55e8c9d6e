-- Encrypted references get their chain, the sender's signature, an end of life and a size limit.

ALTER TABLE encrypted_data_refs
    ADD COLUMN chain_id BIGINT,
    ADD COLUMN signature BYTEA,
    ADD COLUMN expires_at TIMESTAMPTZ,
    ADD CONSTRAINT encrypted_data_refs_chain_id_range CHECK (chain_id >= 0),
    ADD CONSTRAINT encrypted_data_refs_signature_len CHECK (octet_length(signature) = 64),
    ADD CONSTRAINT encrypted_data_refs_envelope_size CHECK (octet_length(envelope) BETWEEN 1 AND 1048576);

CREATE INDEX idx_encrypted_data_refs_scope
    ON encrypted_data_refs (policy_client_address, sender_address, recipient_pubkey);
CREATE INDEX idx_encrypted_data_refs_expires_at
    ON encrypted_data_refs (expires_at) WHERE expires_at IS NOT NULL;

COMMENT ON COLUMN encrypted_data_refs.chain_id IS
    'EIP-155 id of the chain named in the envelope; null for rows from before chains were recorded.';
COMMENT ON COLUMN encrypted_data_refs.signature IS 'The sender''s Ed25519 signature, 64 bytes; null if none was given.';
COMMENT ON COLUMN encrypted_data_refs.expires_at IS
    'The reference resolves no more from this moment on and may be purged; null means never.';
