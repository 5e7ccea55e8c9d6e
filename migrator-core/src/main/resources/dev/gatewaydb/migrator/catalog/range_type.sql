SELECT t.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(t.typname) AS _name,
       t.typowner::regrole::text AS owner,
       format_type(r.rngsubtype, NULL) AS subtype,
       CASE WHEN NOT o.opcdefault THEN quote_ident(opn.nspname) || '.' || quote_ident(o.opcname) END AS "operator class",
       CASE WHEN r.rngcollation <> s.typcollation THEN r.rngcollation::regcollation::text END AS collation,
       nullif(r.rngcanonical, 0)::regproc::text AS canonical,
       nullif(r.rngsubdiff, 0)::regproc::text AS "subtype difference",
       r.rngmultitypid::regtype::text AS multirange
  FROM pg_type t
  JOIN pg_range r ON r.rngtypid = t.oid
  JOIN pg_type s ON s.oid = r.rngsubtype
  JOIN pg_opclass o ON o.oid = r.rngsubopc
  JOIN pg_namespace opn ON opn.oid = o.opcnamespace
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE OWN(pg_type, t.oid)
