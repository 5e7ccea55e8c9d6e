-- HPKE-encrypted data that only its recipient can open, scoped by sender, policy client and recipient.

CREATE TABLE encrypted_data_refs (
    id UUID PRIMARY KEY DEFAULT gen_random_uuid(),
    sender_address BYTEA NOT NULL,
    policy_client_address BYTEA NOT NULL,
    recipient_pubkey BYTEA NOT NULL,
    -- Not JSONB: it would normalise the JSON, and the sender's signature covers the bytes as received.
    envelope BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT encrypted_data_refs_sender_address_len CHECK (octet_length(sender_address) = 20),
    CONSTRAINT encrypted_data_refs_policy_client_address_len CHECK (octet_length(policy_client_address) = 20),
    CONSTRAINT encrypted_data_refs_recipient_pubkey_len CHECK (octet_length(recipient_pubkey) = 32)
);
