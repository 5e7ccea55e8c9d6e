-- Without app_name a setting is for all.
CREATE TABLE settings (
    id BIGSERIAL PRIMARY KEY,
    app_name VARCHAR(255),
    key VARCHAR(255) NOT NULL,
    value JSONB NOT NULL,
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_by_user_id BIGINT REFERENCES users (id) ON DELETE SET NULL
);

CREATE UNIQUE INDEX idx_settings_app_name_key ON settings (COALESCE(app_name, ''), key);
