CREATE TABLE person (id integer PRIMARY KEY, name varchar(50), born date, boss integer REFERENCES person);
CREATE VIEW zz_first AS SELECT id, name FROM person WHERE name IN ('a', 'b');
CREATE VIEW aa_second WITH (security_barrier) AS SELECT p.id, z.name AS "The Name" FROM person p JOIN zz_first z USING (id);
CREATE VIEW checked AS SELECT id, name, born FROM person WHERE born > '1900-01-01' WITH LOCAL CHECK OPTION;
CREATE RECURSIVE VIEW chain (id, depth) AS
    SELECT id, 1 FROM person WHERE boss IS NULL
    UNION ALL SELECT p.id, depth + 1 FROM person p JOIN chain c ON p.boss = c.id;
CREATE MATERIALIZED VIEW totals WITH (fillfactor = 90) AS
    SELECT extract(year FROM born) AS year, count(*) AS n, sum(id) FILTER (WHERE id > 3) OVER () AS s FROM person GROUP BY 1, id;
CREATE UNIQUE INDEX totals_year ON totals (year, s);
CREATE MATERIALIZED VIEW not_yet AS SELECT 1 AS one, 'text'::text AS two UNION SELECT 2, NULL WITH NO DATA;
CREATE VIEW on_materialized AS SELECT year FROM totals;
COMMENT ON VIEW checked IS 'checked view';
COMMENT ON COLUMN checked.name IS 'a column of a view';
COMMENT ON MATERIALIZED VIEW totals IS 'sums';
ALTER VIEW checked ALTER COLUMN name SET DEFAULT 'somebody';
CREATE VIEW uses_row AS SELECT p, p.* FROM person p;
CREATE VIEW grouped AS SELECT id, name, born FROM person GROUP BY id;
CREATE VIEW lateral_one AS
    SELECT p.id, x.n FROM person p LEFT JOIN LATERAL (SELECT count(*) AS n FROM person q WHERE q.boss = p.id) x ON true;
CREATE VIEW with_values (a, b) AS VALUES (1, 'x'), (2, 'y');
CREATE VIEW window_one AS SELECT id, rank() OVER w, lag(born, 1) OVER w FROM person WINDOW w AS (PARTITION BY boss ORDER BY born DESC);
CREATE TABLE renamed (old_name integer, other text);
CREATE VIEW over_renamed AS SELECT * FROM renamed JOIN person ON renamed.old_name = person.id;
ALTER TABLE renamed RENAME COLUMN old_name TO "new name";
ALTER TABLE renamed RENAME TO "Renamed Table";
CREATE RULE no_delete AS ON DELETE TO person WHERE old.id = 1 DO INSTEAD NOTHING;
CREATE RULE redirect AS ON INSERT TO zz_first DO INSTEAD (INSERT INTO person (id, name) VALUES (new.id, new.name); NOTIFY persons;);
ALTER TABLE person DISABLE RULE no_delete;
COMMENT ON RULE redirect ON zz_first IS 'goes elsewhere';
