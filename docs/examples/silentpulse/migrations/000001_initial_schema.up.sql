CREATE TABLE tenants (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    name VARCHAR(120) NOT NULL UNIQUE,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

-- The three tables that hold credentials. encryption_version: 0 plaintext, 1 master key, 2 tenant's key.
CREATE TABLE integration_points (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name VARCHAR(120) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    connection_config BYTEA NOT NULL,
    encryption_version INT NOT NULL DEFAULT 1 CHECK (encryption_version BETWEEN 0 AND 2),
    enabled BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name)
);

CREATE TABLE notification_channels (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    name VARCHAR(120) NOT NULL,
    kind VARCHAR(40) NOT NULL,
    config BYTEA NOT NULL,
    encryption_version INT NOT NULL DEFAULT 1 CHECK (encryption_version BETWEEN 0 AND 2),
    enabled BOOLEAN NOT NULL DEFAULT true,
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    UNIQUE (tenant_id, name)
);

CREATE TABLE ai_configs (
    tenant_id UUID PRIMARY KEY REFERENCES tenants (id) ON DELETE CASCADE,
    provider VARCHAR(40) NOT NULL,
    model VARCHAR(120) NOT NULL,
    api_key_enc BYTEA,
    encryption_version INT NOT NULL DEFAULT 1 CHECK (encryption_version BETWEEN 0 AND 2),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE TABLE alerts (
    id UUID PRIMARY KEY DEFAULT uuid_generate_v4(),
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    integration_point_id UUID REFERENCES integration_points (id) ON DELETE SET NULL,
    source TEXT NOT NULL,
    title TEXT NOT NULL,
    -- What makes two alerts the same one.
    fingerprint BYTEA NOT NULL GENERATED ALWAYS AS (digest(source || chr(10) || title, 'sha256')) STORED,
    severity VARCHAR(10) NOT NULL CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    status VARCHAR(20) NOT NULL DEFAULT 'open' CHECK (status IN ('open', 'acknowledged', 'resolved')),
    created_at TIMESTAMPTZ NOT NULL DEFAULT now(),
    updated_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_alerts_tenant_status ON alerts (tenant_id, status, created_at DESC);
CREATE UNIQUE INDEX idx_alerts_one_open ON alerts (tenant_id, fingerprint) WHERE status <> 'resolved';

CREATE TABLE audit_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    tenant_id UUID NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    actor VARCHAR(254) NOT NULL,
    action VARCHAR(80) NOT NULL,
    entity_type VARCHAR(80) NOT NULL,
    entity_id TEXT,
    details JSONB NOT NULL DEFAULT '{}',
    created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);

CREATE INDEX idx_audit_log_tenant_created ON audit_log (tenant_id, created_at DESC);
