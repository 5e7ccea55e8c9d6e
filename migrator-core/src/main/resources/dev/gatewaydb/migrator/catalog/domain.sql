SELECT t.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(t.typname) AS _name,
       t.typowner::regrole::text AS owner,
       format_type(t.typbasetype, t.typtypmod) AS type,
       CASE WHEN t.typcollation <> b.typcollation THEN t.typcollation::regcollation::text END AS collation,
       pg_get_expr(t.typdefaultbin, 0) AS "default",
       CASE WHEN t.typnotnull THEN 'yes' END AS "not null"
  FROM pg_type t
  JOIN pg_type b ON b.oid = t.typbasetype
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'd' AND OWN(pg_type, t.oid)
