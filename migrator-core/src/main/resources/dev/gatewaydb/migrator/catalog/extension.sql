SELECT e.oid AS _oid, quote_ident(e.extname) AS _name, quote_ident(n.nspname) AS schema, e.extversion AS version
  FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace
 WHERE e.oid >= 16384
