-- For databases whose tables come from the init-db scripts: golang-migrate then skips version 1.
-- Its place takes: gwdb baseline 1
CREATE TABLE IF NOT EXISTS schema_migrations (version BIGINT NOT NULL PRIMARY KEY, dirty BOOLEAN NOT NULL);
INSERT INTO schema_migrations (version, dirty) SELECT 1, false WHERE NOT EXISTS (SELECT FROM schema_migrations);
