SELECT t.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(t.typname) AS _name,
       t.typowner::regrole::text AS owner,
       CASE WHEN t.typisdefined THEN t.typinput::regproc::text END AS input,
       CASE WHEN t.typisdefined THEN t.typoutput::regproc::text END AS output
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE (t.typtype = 'b' OR t.typtype = 'p' AND NOT t.typisdefined)
   AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = t.oid)
   AND OWN(pg_type, t.oid)
