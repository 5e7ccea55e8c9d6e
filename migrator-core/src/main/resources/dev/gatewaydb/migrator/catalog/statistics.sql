SELECT s.oid AS _oid, s.stxrelid AS _parent, quote_ident(n.nspname) AS _schema, quote_ident(s.stxname) AS _name,
       s.stxowner::regrole::text AS owner,
       pg_get_statisticsobjdef(s.oid) AS definition,
       nullif(s.stxstattarget, -1) AS "statistics target"
  FROM pg_statistic_ext s JOIN pg_namespace n ON n.oid = s.stxnamespace
 WHERE OWN(pg_statistic_ext, s.oid)
