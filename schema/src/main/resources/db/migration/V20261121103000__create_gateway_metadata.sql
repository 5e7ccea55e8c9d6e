-- What this database is: the marker that keeps destructive commands away from the wrong environment.

CREATE TABLE gateway_metadata (
    id BOOLEAN NOT NULL DEFAULT true,
    environment TEXT,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    CONSTRAINT gateway_metadata_pkey PRIMARY KEY (id),
    CONSTRAINT gateway_metadata_single_row CHECK (id),
    -- Not empty: null is the one way to say "not marked".
    CONSTRAINT gateway_metadata_environment_len CHECK (length(environment) BETWEEN 1 AND 32)
);

CREATE TRIGGER gateway_metadata_set_updated_at
    BEFORE UPDATE ON gateway_metadata
    FOR EACH ROW EXECUTE FUNCTION gateway_set_updated_at();

INSERT INTO gateway_metadata DEFAULT VALUES;

COMMENT ON TABLE gateway_metadata IS 'Facts about this database, in a single row.';
COMMENT ON COLUMN gateway_metadata.id IS 'Always true: it allows one row only.';
COMMENT ON COLUMN gateway_metadata.environment IS
    'Environment marker such as development or production, at most 32 characters; null means not marked.';
COMMENT ON COLUMN gateway_metadata.created_at IS 'When the row was made.';
COMMENT ON COLUMN gateway_metadata.updated_at IS 'When the row was last changed; kept by trigger.';
