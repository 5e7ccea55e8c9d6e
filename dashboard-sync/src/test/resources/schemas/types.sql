CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('sad', 'it''s ok', 'happy', '');
ALTER TYPE app.mood ADD VALUE 'meh' BEFORE 'it''s ok';
COMMENT ON TYPE app.mood IS 'How one feels; with a '' and a \ in it';
CREATE TYPE empty_enum AS ENUM ();
CREATE DOMAIN app.email AS varchar(254) COLLATE "C" DEFAULT 'nobody@example.org'::varchar NOT NULL
    CONSTRAINT has_at CHECK (VALUE LIKE '%@%') CHECK (length(VALUE::text) > 2);
ALTER DOMAIN app.email ADD CONSTRAINT later CHECK (VALUE <> 'x') NOT VALID;
COMMENT ON CONSTRAINT has_at ON DOMAIN app.email IS 'an at sign';
COMMENT ON DOMAIN app.email IS 'mail';
CREATE DOMAIN app.emails AS app.email[];
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN very_positive AS positive CHECK (VALUE > 100);
CREATE TYPE app.point3 AS (x double precision, y double precision, "Z z" numeric(10, 2), label text COLLATE "C");
COMMENT ON COLUMN app.point3.x IS 'first';
CREATE TYPE app.nested AS (origin app.point3, points app.point3[], mail app.email);
CREATE TYPE nothing AS ();
CREATE TYPE app.float_range AS RANGE (subtype = double precision, subtype_diff = float8mi);
CREATE TYPE text_range AS RANGE (subtype = text, collation = "C", multirange_type_name = text_many);
CREATE COLLATION app.german (provider = icu, locale = 'de-DE');
CREATE COLLATION ignore_case (provider = icu, locale = 'und-u-ks-level2', deterministic = false);
CREATE COLLATION posix (provider = libc, locale = 'C');
CREATE TABLE uses (
    mood app.mood DEFAULT 'meh' NOT NULL,
    moods app.mood[] DEFAULT '{sad,happy}'::app.mood[],
    mail app.email,
    p app.point3,
    n app.nested,
    r app.float_range DEFAULT '[1.5,2.5)',
    rs text_many,
    name text COLLATE app.german,
    nick text COLLATE ignore_case
);
