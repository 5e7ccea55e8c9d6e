SELECT n.oid AS _oid, quote_ident(n.nspname) AS _name,
       CASE WHEN n.nspname <> 'public' OR n.nspowner NOT IN (10, 6171, d.datdba) THEN n.nspowner::regrole::text END AS owner
  FROM pg_namespace n JOIN pg_database d ON d.datname = current_database()
 WHERE n.nspname !~ '^pg_'
   AND (n.nspname = 'public' OR OWN(pg_namespace, n.oid))
