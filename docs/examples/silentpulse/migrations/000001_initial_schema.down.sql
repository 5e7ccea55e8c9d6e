DROP TABLE IF EXISTS audit_log;
DROP TABLE IF EXISTS alerts;
DROP TABLE IF EXISTS ai_configs;
DROP TABLE IF EXISTS notification_channels;
DROP TABLE IF EXISTS integration_points;
DROP TABLE IF EXISTS tenants;
