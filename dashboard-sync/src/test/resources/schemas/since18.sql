CREATE TABLE v (
    a integer CONSTRAINT a_there NOT NULL,
    b integer GENERATED ALWAYS AS (a * 2),
    c integer NOT NULL NO INHERIT
);
ALTER TABLE v ADD COLUMN d integer;
ALTER TABLE v ADD CONSTRAINT d_there NOT NULL d NOT VALID;
CREATE TABLE w (id integer PRIMARY KEY, v integer, CONSTRAINT lax CHECK (v > 0) NOT ENFORCED);
CREATE TABLE x (w integer REFERENCES w NOT ENFORCED);
CREATE EXTENSION btree_gist;
CREATE TABLE booking (room integer, during daterange, PRIMARY KEY (room, during WITHOUT OVERLAPS));
CREATE TABLE guest (room integer, during daterange, FOREIGN KEY (room, PERIOD during) REFERENCES booking (room, PERIOD during));
