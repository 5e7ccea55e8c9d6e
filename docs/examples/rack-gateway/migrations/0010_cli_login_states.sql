CREATE TABLE cli_login_states (
    state TEXT PRIMARY KEY,
    code TEXT,
    code_verifier TEXT,
    login_token TEXT,
    login_email VARCHAR(254),
    login_name VARCHAR(120),
    login_expires_at TIMESTAMPTZ,
    login_error TEXT,
    mfa_verified_at TIMESTAMPTZ,
    mfa_method_id BIGINT REFERENCES mfa_methods (id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
