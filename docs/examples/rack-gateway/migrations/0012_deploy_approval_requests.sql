CREATE TABLE deploy_approval_requests (
    id BIGSERIAL PRIMARY KEY,
    public_id UUID NOT NULL UNIQUE DEFAULT gen_random_uuid(),
    message TEXT NOT NULL,
    app VARCHAR(255) NOT NULL,
    git_commit_hash VARCHAR(64) NOT NULL,
    git_branch VARCHAR(255),
    pr_url TEXT,
    ci_metadata JSONB NOT NULL DEFAULT '{}',
    status VARCHAR(16) NOT NULL DEFAULT 'pending'
        CHECK (status IN ('pending', 'approved', 'rejected', 'expired', 'deployed')),
    target_api_token_id BIGINT NOT NULL REFERENCES api_tokens (id) ON DELETE CASCADE,
    created_by_user_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    approved_by_user_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
    approved_at TIMESTAMPTZ,
    approval_expires_at TIMESTAMPTZ,
    rejected_by_user_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
    rejected_at TIMESTAMPTZ,
    object_url TEXT,
    build_id VARCHAR(64),
    release_id VARCHAR(64),
    process_ids TEXT[] NOT NULL DEFAULT '{}',
    exec_commands JSONB NOT NULL DEFAULT '{}'
);

CREATE INDEX idx_deploy_approval_requests_status ON deploy_approval_requests (status, created_at DESC);

-- One request at a time may let a token deploy a commit.
CREATE UNIQUE INDEX idx_deploy_approval_requests_one_live
    ON deploy_approval_requests (git_commit_hash, target_api_token_id)
    WHERE status IN ('pending', 'approved');
