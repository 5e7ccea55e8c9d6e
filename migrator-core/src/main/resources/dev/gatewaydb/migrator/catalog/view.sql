SELECT c.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(c.relname) AS _name,
       c.relowner::regrole::text AS owner,
       OPTIONS(c.reloptions) AS options,
       pg_get_viewdef(c.oid) AS definition
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
 WHERE c.relkind = 'v' AND n.nspname !~ '^pg_' AND OWN(pg_class, c.oid)
