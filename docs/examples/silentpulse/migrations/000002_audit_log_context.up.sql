ALTER TABLE audit_log ADD COLUMN request_id UUID;
ALTER TABLE audit_log ADD COLUMN ip INET;
ALTER TABLE audit_log ADD COLUMN user_agent VARCHAR(512);
ALTER TABLE audit_log ADD COLUMN service VARCHAR(40) CHECK (service IN ('api', 'worker', 'notifications'));
ALTER TABLE audit_log ADD COLUMN context JSONB NOT NULL DEFAULT '{}';

CREATE INDEX idx_audit_log_request_id ON audit_log (request_id) WHERE request_id IS NOT NULL;
