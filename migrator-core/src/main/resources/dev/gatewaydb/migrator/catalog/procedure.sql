SELECT p.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(p.proname) AS _name,
       quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '(' || oidvectortypes(p.proargtypes) || ')' AS _identity,
       p.proowner::regrole::text AS owner,
       pg_get_functiondef(p.oid) AS definition
  FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE p.prokind = 'p' AND n.nspname !~ '^pg_' AND STANDALONE(pg_proc, p.oid)
