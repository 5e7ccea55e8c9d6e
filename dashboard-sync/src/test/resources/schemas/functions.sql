CREATE SCHEMA util;
CREATE TABLE stock (id integer PRIMARY KEY, n integer NOT NULL);
CREATE FUNCTION util.total() RETURNS bigint LANGUAGE sql STABLE AS 'SELECT sum(n) FROM public.stock';
CREATE FUNCTION util.total(minimum integer, OUT found bigint, OUT "All" text) LANGUAGE plpgsql AS $body$
BEGIN
    -- $$ in a comment, 'quotes', "double", back\slash
    SELECT count(*), 'x' INTO found, "All" FROM public.stock WHERE n > minimum;
END
$body$;
CREATE FUNCTION util.many(VARIADIC list integer[] DEFAULT '{1,2}') RETURNS SETOF integer
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE ROWS 10 COST 5 LEAKPROOF AS $$ SELECT unnest(list) $$;
CREATE FUNCTION util.table_of(a integer, b text DEFAULT 'it''s') RETURNS TABLE (x integer, y text)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET work_mem = '16MB' AS $$ BEGIN RETURN NEXT; END $$;
CREATE FUNCTION twice(n integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN n * 2;
CREATE FUNCTION atomic_one(k integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC
    INSERT INTO public.stock VALUES (k, twice(k));
    SELECT n FROM public.stock WHERE id = k;
END;
CREATE PROCEDURE util.refill(INOUT k integer, amount integer DEFAULT 5) LANGUAGE plpgsql AS $$ BEGIN k := k + amount; END $$;
-- A default that calls a function, and a function that takes the table's row.
CREATE FUNCTION next_number() RETURNS integer LANGUAGE sql AS 'SELECT 4';
CREATE TABLE numbered (id integer DEFAULT next_number() PRIMARY KEY, CHECK (twice(id) < 1000), double integer GENERATED ALWAYS AS (twice(id)) STORED);
CREATE FUNCTION describe(numbered) RETURNS text LANGUAGE sql AS 'SELECT $1.id::text';
CREATE INDEX numbered_twice ON numbered (twice(id));
CREATE FUNCTION add_up(bigint, integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE util.my_sum (integer) (SFUNC = add_up, STYPE = bigint, INITCOND = '0', PARALLEL = SAFE);
CREATE AGGREGATE util.count_all (*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE my_percentile (float8 ORDER BY float8) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA);
CREATE FUNCTION same(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 = $2';
CREATE FUNCTION not_same(integer, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 <> $2';
CREATE OPERATOR === (LEFTARG = integer, RIGHTARG = integer, FUNCTION = same, COMMUTATOR = ===, NEGATOR = !===, RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR !=== (LEFTARG = integer, RIGHTARG = integer, FUNCTION = not_same, COMMUTATOR = !===, NEGATOR = ===);
CREATE OPERATOR util.@@@ (RIGHTARG = integer, FUNCTION = twice);
CREATE OPERATOR <<< (LEFTARG = integer, RIGHTARG = integer, FUNCTION = not_same, NEGATOR = >>>>);
CREATE TYPE temperature AS (degrees numeric);
CREATE FUNCTION to_temperature(numeric) RETURNS temperature LANGUAGE sql IMMUTABLE AS 'SELECT ROW($1)::temperature';
CREATE CAST (numeric AS temperature) WITH FUNCTION to_temperature(numeric) AS ASSIGNMENT;
CREATE CAST (temperature AS text) WITH INOUT;
CREATE FUNCTION int_cmp(integer, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT -btint4cmp($1, $2)';
CREATE OPERATOR CLASS reverse_ops FOR TYPE integer USING btree AS
    OPERATOR 1 >, OPERATOR 2 >=, OPERATOR 3 =, OPERATOR 4 <=, OPERATOR 5 <, FUNCTION 1 int_cmp(integer, integer);
CREATE INDEX stock_reverse ON stock (n reverse_ops);
CREATE OPERATOR FAMILY lonely USING hash;
COMMENT ON FUNCTION util.total() IS 'everything';
COMMENT ON PROCEDURE util.refill(integer, integer) IS 'more';
COMMENT ON AGGREGATE util.my_sum(integer) IS 'a sum';
COMMENT ON OPERATOR ===(integer, integer) IS 'the same';
COMMENT ON CAST (numeric AS temperature) IS 'warm';
REVOKE EXECUTE ON FUNCTION util.total() FROM PUBLIC;
