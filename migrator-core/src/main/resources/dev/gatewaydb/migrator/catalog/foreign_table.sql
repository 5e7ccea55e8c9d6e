SELECT c.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(c.relname) AS _name,
       c.relowner::regrole::text AS owner,
       quote_ident(s.srvname) AS server,
       FDW_OPTIONS(f.ftoptions) AS options,
       CASE WHEN c.relispartition THEN i.parents END AS "partition of",
       pg_get_expr(c.relpartbound, c.oid) AS "partition bound",
       CASE WHEN NOT c.relispartition THEN i.parents END AS inherits
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_foreign_table f ON f.ftrelid = c.oid
  JOIN pg_foreign_server s ON s.oid = f.ftserver
  LEFT JOIN (SELECT inhrelid, string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) AS parents
               FROM pg_inherits GROUP BY inhrelid) i ON i.inhrelid = c.oid
 WHERE OWN(pg_class, c.oid)
