CREATE SCHEMA audit;
REVOKE ALL ON SCHEMA audit FROM PUBLIC;

-- No foreign keys: an event outlives what it tells of.
CREATE TABLE audit.audit_event (
    id BIGSERIAL PRIMARY KEY,
    timestamp TIMESTAMPTZ NOT NULL,
    chain_index BIGINT NOT NULL UNIQUE CHECK (chain_index >= 0),
    previous_hash BYTEA CHECK (octet_length(previous_hash) = 32),
    event_hash BYTEA NOT NULL CHECK (octet_length(event_hash) = 32),
    user_email VARCHAR(254) NOT NULL,
    user_name VARCHAR(120),
    api_token_id BIGINT,
    api_token_name VARCHAR(150),
    action_type VARCHAR(50) NOT NULL,
    action VARCHAR(150) NOT NULL,
    command VARCHAR(2000),
    resource VARCHAR(255),
    resource_type VARCHAR(100),
    details VARCHAR(8000),
    request_id VARCHAR(64),
    ip INET,
    user_agent VARCHAR(512),
    status VARCHAR(20) NOT NULL,
    rbac_decision VARCHAR(20),
    http_status INTEGER,
    response_time_ms INTEGER,
    event_count INTEGER NOT NULL DEFAULT 1 CHECK (event_count > 0),
    CONSTRAINT audit_event_first_link CHECK ((previous_hash IS NULL) = (chain_index = 0))
);

CREATE INDEX idx_audit_event_timestamp ON audit.audit_event (timestamp);
CREATE INDEX idx_audit_event_user_email ON audit.audit_event (user_email, timestamp);
