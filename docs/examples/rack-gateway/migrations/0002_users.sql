CREATE TABLE users (
    id BIGSERIAL PRIMARY KEY,
    email VARCHAR(254) NOT NULL UNIQUE,
    name VARCHAR(120) NOT NULL,
    roles VARCHAR(1024) NOT NULL DEFAULT '[]' CHECK (jsonb_typeof(roles::jsonb) = 'array'),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    suspended BOOLEAN NOT NULL DEFAULT false,
    mfa_enrolled BOOLEAN NOT NULL DEFAULT false,
    mfa_enforced_at TIMESTAMPTZ,
    preferred_mfa_method VARCHAR(16) CHECK (preferred_mfa_method IN ('totp', 'webauthn')),
    locked_at TIMESTAMPTZ,
    locked_reason TEXT,
    locked_by_user_id BIGINT REFERENCES users (id) ON DELETE SET NULL
);

CREATE INDEX idx_users_locked_at ON users (locked_at) WHERE locked_at IS NOT NULL;
