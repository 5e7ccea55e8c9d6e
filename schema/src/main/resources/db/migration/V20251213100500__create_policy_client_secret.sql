-- Secrets that a policy client hands to its policy data, and who owns a policy client.

CREATE TABLE policy_client_secret (
    policy_client_address BYTEA NOT NULL,
    policy_data_address BYTEA NOT NULL,
    secret BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT policy_client_secret_client_address_len CHECK (octet_length(policy_client_address) = 20),
    CONSTRAINT policy_client_secret_data_address_len CHECK (octet_length(policy_data_address) = 20),
    CONSTRAINT policy_client_secret_client_data_key UNIQUE (policy_client_address, policy_data_address)
);

CREATE TABLE policy_client_owner (
    policy_client_address BYTEA PRIMARY KEY,
    owner_address BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT policy_client_owner_client_address_len CHECK (octet_length(policy_client_address) = 20),
    CONSTRAINT policy_client_owner_owner_address_len CHECK (octet_length(owner_address) = 20)
);
