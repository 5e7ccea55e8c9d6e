CREATE EXTENSION pg_trgm;
CREATE TABLE docs (
    id integer PRIMARY KEY,
    title text NOT NULL,
    body text,
    data jsonb,
    tags integer[],
    at timestamptz NOT NULL,
    place point,
    n integer
);
CREATE INDEX docs_lower ON docs (lower(title) text_pattern_ops DESC NULLS LAST, (n + 1)) WHERE n IS NOT NULL;
CREATE INDEX ON docs USING gin (data jsonb_path_ops) WITH (fastupdate = off);
CREATE INDEX ON docs USING gin (tags);
CREATE INDEX docs_trgm ON docs USING gin (title gin_trgm_ops);
CREATE INDEX docs_gist ON docs USING gist (place);
CREATE INDEX docs_brin ON docs USING brin (at) WITH (pages_per_range = 32);
CREATE INDEX docs_hash ON docs USING hash (n);
CREATE UNIQUE INDEX docs_cover ON docs (n) INCLUDE (title, at);
CREATE INDEX docs_collate ON docs (title COLLATE "C");
CREATE INDEX docs_expr ON docs ((data ->> 'key'), to_tsvector('simple', body));
ALTER INDEX docs_expr ALTER COLUMN 2 SET STATISTICS 250;
CREATE UNIQUE INDEX docs_identity ON docs (title);
ALTER TABLE docs REPLICA IDENTITY USING INDEX docs_identity;
CREATE INDEX docs_plain ON docs (at, n);
ALTER TABLE docs CLUSTER ON docs_plain;
COMMENT ON INDEX docs_brin IS 'small';
CREATE STATISTICS docs_stat (dependencies, ndistinct) ON n, at FROM docs;
CREATE STATISTICS docs_lower_n ON (lower(title)), n FROM docs;
CREATE STATISTICS docs_one ON (n % 10) FROM docs;
ALTER STATISTICS docs_stat SET STATISTICS 300;
COMMENT ON STATISTICS docs_stat IS 'both';
