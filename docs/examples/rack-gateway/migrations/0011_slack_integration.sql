CREATE TABLE slack_integration (
    id BIGSERIAL PRIMARY KEY,
    workspace_id VARCHAR(64) NOT NULL UNIQUE,
    workspace_name VARCHAR(255) NOT NULL,
    bot_token_encrypted TEXT NOT NULL,
    bot_user_id VARCHAR(64),
    scope TEXT,
    channel_actions JSONB NOT NULL DEFAULT '{}',
    alert_channel_id VARCHAR(64),
    alert_actions JSONB NOT NULL DEFAULT '[]',
    created_by_user_id BIGINT REFERENCES users (id) ON DELETE SET NULL,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
