-- By hand only: the table comes back empty; its rows would have to be read from the chain again.

CREATE TABLE policy_client_owner (
    policy_client_address BYTEA PRIMARY KEY,
    owner_address BYTEA NOT NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT policy_client_owner_client_address_len CHECK (octet_length(policy_client_address) = 20),
    CONSTRAINT policy_client_owner_owner_address_len CHECK (octet_length(owner_address) = 20)
);
