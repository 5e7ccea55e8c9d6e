SELECT c.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(c.relname) AS _name,
       c.relowner::regrole::text AS owner,
       CASE c.relpersistence WHEN 'u' THEN 'yes' END AS unlogged,
       nullif(am.amname, 'heap') AS "access method",
       quote_ident(s.spcname) AS tablespace,
       OPTIONS(c.reloptions) AS options,
       OPTIONS(t.reloptions) AS "toast options",
       array_to_string(c.reloptions, ', ') AS _options_as_given,
       CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' END AS "replica identity",
       CASE WHEN c.relrowsecurity THEN 'enabled' END AS "row security",
       CASE WHEN c.relforcerowsecurity THEN 'yes' END AS "row security forced",
       CASE c.relkind WHEN 'p' THEN pg_get_partkeydef(c.oid) END AS "partition by",
       CASE WHEN c.relispartition THEN i.parents END AS "partition of",
       pg_get_expr(c.relpartbound, c.oid) AS "partition bound",
       CASE WHEN NOT c.relispartition THEN i.parents END AS inherits,
       CASE WHEN c.reloftype <> 0 THEN format_type(c.reloftype, NULL) END AS "of type"
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_am am ON am.oid = c.relam
  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
  LEFT JOIN pg_class t ON t.oid = c.reltoastrelid
  LEFT JOIN (SELECT inhrelid, string_agg(inhparent::regclass::text, ', ' ORDER BY inhseqno) AS parents
               FROM pg_inherits GROUP BY inhrelid) i ON i.inhrelid = c.oid
 WHERE c.relkind IN ('r', 'p') AND n.nspname !~ '^pg_' AND OWN(pg_class, c.oid)
