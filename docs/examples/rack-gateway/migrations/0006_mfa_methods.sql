CREATE TABLE mfa_methods (
    id BIGSERIAL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    type VARCHAR(16) NOT NULL CHECK (type IN ('totp', 'webauthn')),
    label VARCHAR(150),
    secret TEXT,
    credential_id BYTEA,
    public_key BYTEA,
    transports JSONB NOT NULL DEFAULT '[]',
    metadata JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    confirmed_at TIMESTAMPTZ,
    last_used_at TIMESTAMPTZ,
    cli_capable BOOLEAN NOT NULL DEFAULT false,
    UNIQUE (user_id, type, credential_id)
);
