CREATE TABLE user_sessions (
    id BIGSERIAL PRIMARY KEY,
    user_id BIGINT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    token_hash CHAR(64) NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    last_seen_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    expires_at TIMESTAMPTZ NOT NULL,
    ip INET,
    user_agent VARCHAR(512),
    revoked_at TIMESTAMPTZ,
    revoked_by_user_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
    metadata JSONB NOT NULL DEFAULT '{}',
    mfa_verified_at TIMESTAMPTZ,
    recent_step_up_at TIMESTAMPTZ,
    trusted_device_id BIGINT REFERENCES trusted_devices (id) ON DELETE SET NULL,
    channel VARCHAR(16) NOT NULL DEFAULT 'web',
    device_id UUID,
    device_name VARCHAR(150),
    device_metadata JSONB NOT NULL DEFAULT '{}'
);

CREATE INDEX idx_user_sessions_user_id ON user_sessions (user_id);
CREATE INDEX idx_user_sessions_created_at ON user_sessions (created_at);
