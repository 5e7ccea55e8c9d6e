SELECT c.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(c.relname) AS _name,
       c.relowner::regrole::text AS owner,
       nullif(am.amname, 'heap') AS "access method",
       quote_ident(s.spcname) AS tablespace,
       OPTIONS(c.reloptions) AS options,
       CASE WHEN NOT c.relispopulated THEN 'no' END AS _populated,
       pg_get_viewdef(c.oid) AS definition
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
 WHERE c.relkind = 'm' AND OWN(pg_class, c.oid)
