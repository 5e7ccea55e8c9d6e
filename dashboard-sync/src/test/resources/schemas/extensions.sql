CREATE SCHEMA ext;
CREATE EXTENSION hstore SCHEMA ext;
CREATE EXTENSION citext;
CREATE EXTENSION "uuid-ossp";
CREATE TABLE with_types (id uuid DEFAULT uuid_generate_v4(), h ext.hstore, c citext UNIQUE, CHECK (c <> 'x'));
CREATE INDEX ON with_types USING gin (h);
CREATE FUNCTION uses_ext(ext.hstore) RETURNS citext LANGUAGE sql AS 'SELECT NULL::citext';
-- Operators that have no place for their schema.
CREATE TABLE same_words (
    a citext,
    b citext,
    CHECK (a IS DISTINCT FROM b),
    CHECK (nullif(a, 'x') IS NOT NULL),
    CHECK (CASE a WHEN 'y' THEN false ELSE true END)
);
CREATE VIEW joined_words AS SELECT a FROM same_words JOIN with_types ON a = c WHERE a IN ('p', 'q');
