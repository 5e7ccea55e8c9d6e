CREATE TABLE n (a integer, b integer, UNIQUE NULLS NOT DISTINCT (a));
CREATE UNIQUE INDEX n_b ON n (b) NULLS NOT DISTINCT;
CREATE VIEW invoker WITH (security_invoker = true) AS SELECT a FROM n;
CREATE TABLE fk (a integer, b integer, UNIQUE (a, b));
CREATE TABLE fk2 (a integer, b integer, FOREIGN KEY (a, b) REFERENCES fk (a, b) ON DELETE SET NULL (a));
CREATE SCHEMA s;
CREATE PUBLICATION p1 FOR TABLES IN SCHEMA s;
CREATE PUBLICATION p2 FOR TABLE fk (a, b) WHERE (a > 5);
