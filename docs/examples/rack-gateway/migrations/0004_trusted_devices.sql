CREATE TABLE trusted_devices (
    id BIGSERIAL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    device_id UUID NOT NULL,
    token_hash CHAR(64) NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires_at TIMESTAMPTZ NOT NULL,
    last_used_at TIMESTAMPTZ,
    ip_first INET,
    ip_last INET,
    user_agent_hash CHAR(64),
    revoked_at TIMESTAMPTZ,
    revoked_reason TEXT,
    metadata JSONB NOT NULL DEFAULT '{}',
    UNIQUE (user_id, device_id)
);
