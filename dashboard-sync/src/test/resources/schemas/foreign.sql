CREATE FOREIGN DATA WRAPPER dummy OPTIONS (debug 'true');
CREATE SERVER elsewhere TYPE 'x' VERSION '1' FOREIGN DATA WRAPPER dummy OPTIONS (host 'h', password 'geheim');
CREATE FOREIGN TABLE far (id integer OPTIONS (column_name 'ID') NOT NULL, t text) SERVER elsewhere OPTIONS (table_name 'far');
CREATE USER MAPPING FOR PUBLIC SERVER elsewhere OPTIONS (user 'u', password 'geheim');
