CREATE SCHEMA "My Schema";
CREATE SCHEMA "select";
CREATE TABLE "My Schema"."Table ""quoted"".with.dots" (
    "user" integer PRIMARY KEY,
    "Ünïcödé €" text DEFAULT 'ü€😀',
    "two
lines" integer CHECK ("two
lines" > 0),
    "$1" integer,
    "a;b--c" text,
    "'single'" text,
    "back\slash" text,
    this_name_is_exactly_sixty_three_bytes_long_and_not_one_bit_mo integer UNIQUE
);
CREATE TABLE "select"."from" ("where" integer, "order" text, "Group" serial);
CREATE INDEX "Index ""x""" ON "My Schema"."Table ""quoted"".with.dots" ("Ünïcödé €", ("$1" + 1));
CREATE TYPE "select"."Type" AS ENUM ('$gwdb$', '$$', 'a"b', 'ü');
CREATE FUNCTION "select"."do it"("select"."Type", "in" text DEFAULT '$gwdb$') RETURNS text LANGUAGE sql AS '
SELECT ''$gwdb$ $gwdb1$ $$ \ '' || $2';
CREATE VIEW "My Schema"."table" AS SELECT "user" AS "User", "Ünïcödé €" FROM "My Schema"."Table ""quoted"".with.dots";
CREATE FUNCTION "Trigger Fn"() RETURNS trigger LANGUAGE plpgsql AS $x$ BEGIN RETURN NEW; END $x$;
CREATE TRIGGER "Tr""igger" BEFORE UPDATE OF "Ünïcödé €" ON "My Schema"."Table ""quoted"".with.dots"
    FOR EACH ROW EXECUTE FUNCTION "Trigger Fn"('$gwdb$', '''');
COMMENT ON COLUMN "My Schema"."Table ""quoted"".with.dots"."a;b--c" IS 'text with $gwdb$ and '' and \ and
newline';
COMMENT ON TABLE "select"."from" IS '';
