CREATE SCHEMA ext;
CREATE EXTENSION hstore SCHEMA ext;
CREATE EXTENSION citext;
CREATE EXTENSION "uuid-ossp";
CREATE TABLE with_types (id uuid DEFAULT uuid_generate_v4(), h ext.hstore, c citext UNIQUE, CHECK (c <> 'x'));
CREATE INDEX ON with_types USING gin (h);
CREATE FUNCTION uses_ext(ext.hstore) RETURNS citext LANGUAGE sql AS 'SELECT NULL::citext';
