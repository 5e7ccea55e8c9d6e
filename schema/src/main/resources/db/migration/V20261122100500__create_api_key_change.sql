-- Who changed which key, when and why.

CREATE TABLE api_key_change (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    -- No foreign key: what was done to a key outlives it.
    api_key_id UUID NOT NULL,
    action TEXT NOT NULL,
    changed_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    changed_by TEXT NOT NULL,
    reason TEXT NOT NULL,
    old_values JSONB NOT NULL DEFAULT '{}',
    new_values JSONB NOT NULL DEFAULT '{}',
    CONSTRAINT api_key_change_pkey PRIMARY KEY (id),
    CONSTRAINT api_key_change_action_known CHECK (action IN ('create', 'update', 'rotate', 'revoke', 'purge')),
    CONSTRAINT api_key_change_changed_by_len CHECK (length(changed_by) BETWEEN 1 AND 200),
    CONSTRAINT api_key_change_reason_len CHECK (length(reason) BETWEEN 1 AND 1000),
    CONSTRAINT api_key_change_old_values_object CHECK (jsonb_typeof(old_values) = 'object'),
    CONSTRAINT api_key_change_new_values_object CHECK (jsonb_typeof(new_values) = 'object')
);

CREATE INDEX idx_api_key_change_api_key_id ON api_key_change (api_key_id, id);

COMMENT ON TABLE api_key_change IS 'Changes of API keys, in the order in which they were made; kept when a key is purged.';
COMMENT ON COLUMN api_key_change.id IS 'Counts up.';
COMMENT ON COLUMN api_key_change.api_key_id IS 'The key, which may be gone.';
COMMENT ON COLUMN api_key_change.action IS 'create, update, rotate, revoke or purge.';
COMMENT ON COLUMN api_key_change.changed_at IS 'When, by the database''s clock.';
COMMENT ON COLUMN api_key_change.changed_by IS 'Who: a person or a service, as the caller named it; 1 to 200 characters.';
COMMENT ON COLUMN api_key_change.reason IS 'Why, in the caller''s words; 1 to 1,000 characters.';
COMMENT ON COLUMN api_key_change.old_values IS 'What was there before, by field; never a hash.';
COMMENT ON COLUMN api_key_change.new_values IS 'What is there since, by field; never a hash.';
