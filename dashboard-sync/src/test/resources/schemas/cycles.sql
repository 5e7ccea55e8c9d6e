CREATE TABLE left_one (id integer PRIMARY KEY, r integer);
CREATE TABLE right_one (id integer PRIMARY KEY, l integer REFERENCES left_one);
ALTER TABLE left_one ADD FOREIGN KEY (r) REFERENCES right_one;
-- A function over the rows of a table whose default calls it.
CREATE TABLE counted (id integer, n bigint);
CREATE FUNCTION how_many() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.counted';
ALTER TABLE counted ALTER COLUMN n SET DEFAULT how_many();
CREATE FUNCTION all_counted() RETURNS SETOF counted LANGUAGE sql AS 'SELECT * FROM public.counted';
CREATE VIEW v_counted AS SELECT * FROM all_counted();
CREATE FUNCTION of_view() RETURNS SETOF v_counted LANGUAGE sql AS 'SELECT * FROM public.v_counted';
CREATE VIEW v_of_view AS SELECT id FROM of_view();
-- A view and a table that each need the other.
CREATE TABLE base (id integer);
CREATE VIEW over_base AS SELECT id FROM base;
ALTER TABLE base ADD COLUMN v over_base;
-- Two views that need each other.
CREATE VIEW ping AS SELECT 1 AS n;
CREATE VIEW pong AS SELECT n FROM ping;
CREATE OR REPLACE VIEW ping AS SELECT n FROM pong;
-- A domain with a function over the domain's own values.
CREATE FUNCTION is_even(integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 % 2 = 0';
CREATE DOMAIN even AS integer CHECK (is_even(VALUE));
CREATE FUNCTION half(even) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1 / 2';
CREATE TABLE evens (e even DEFAULT 2, h integer GENERATED ALWAYS AS (half(e)) STORED);
-- A composite type with a domain over another composite type.
CREATE TYPE inner_one AS (a integer);
CREATE DOMAIN checked_inner AS inner_one CHECK ((VALUE).a > 0);
CREATE TYPE outer_one AS (i checked_inner, t left_one);
