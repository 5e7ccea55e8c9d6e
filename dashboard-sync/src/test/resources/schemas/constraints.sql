CREATE EXTENSION btree_gist;
CREATE TABLE a (
    id integer PRIMARY KEY DEFERRABLE INITIALLY DEFERRED,
    code text UNIQUE,
    x integer CHECK (x > 0) NO INHERIT,
    y integer CONSTRAINT y_small CHECK (y < 10),
    status varchar(10) CHECK (status IN ('new', 'old')),
    kind varchar CHECK (kind::text = ANY (ARRAY['p'::varchar, 'q'::varchar]::text[])),
    span tstzrange,
    room integer,
    UNIQUE (x, y) INCLUDE (code) WITH (fillfactor = 60),
    CONSTRAINT no_overlap EXCLUDE USING gist (room WITH =, span WITH &&) WHERE (room > 0) DEFERRABLE,
    CHECK (x < y OR y IS NULL),
    CHECK (x <> y)
);
COMMENT ON CONSTRAINT y_small ON a IS 'less than ten';
CREATE UNIQUE INDEX a_room_x ON a (room, x);
CREATE TABLE b (
    id integer,
    code text REFERENCES a (code) ON UPDATE CASCADE ON DELETE SET DEFAULT,
    room integer,
    x integer,
    back integer,
    CONSTRAINT late FOREIGN KEY (room, x) REFERENCES a (room, x) MATCH FULL ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED
);
ALTER TABLE b ADD CONSTRAINT b_pkey PRIMARY KEY (id) WITH (fillfactor = 50);
ALTER TABLE b ADD CONSTRAINT unchecked FOREIGN KEY (back) REFERENCES b (id) NOT VALID;
ALTER TABLE b ADD CONSTRAINT x_unchecked CHECK (x > -1) NOT VALID;
ALTER TABLE b ALTER CONSTRAINT unchecked DEFERRABLE;
-- Each needs the other.
ALTER TABLE a ADD COLUMN b_id integer REFERENCES b;
ALTER TABLE b CLUSTER ON b_pkey;
CREATE TABLE named_pk (id integer CONSTRAINT "the Key" PRIMARY KEY);
CREATE UNIQUE INDEX was_index ON named_pk (id);
ALTER TABLE named_pk ADD CONSTRAINT by_index UNIQUE USING INDEX was_index;
ALTER TABLE named_pk REPLICA IDENTITY USING INDEX "the Key";
