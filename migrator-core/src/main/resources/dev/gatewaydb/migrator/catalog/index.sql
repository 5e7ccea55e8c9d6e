SELECT i.indexrelid AS _oid, i.indrelid AS _parent, quote_ident(n.nspname) AS _schema, quote_ident(c.relname) AS _name,
       pg_get_indexdef(i.indexrelid) AS definition,
       CASE WHEN i.indisunique THEN 'yes' END AS "unique",
       CASE WHEN NOT i.indisvalid THEN 'yes' END AS invalid,
       CASE WHEN i.indisclustered THEN 'yes' END AS clustered,
       CASE WHEN i.indisreplident THEN 'yes' END AS "replica identity",
       quote_ident(s.spcname) AS tablespace,
       inh.inhparent::regclass::text AS "partition of",
       (SELECT string_agg(a.attnum || ': ' || a.attstattarget, ', ' ORDER BY a.attnum)
          FROM pg_attribute a WHERE a.attrelid = i.indexrelid AND a.attstattarget >= 0) AS "statistics targets"
  FROM pg_index i
  JOIN pg_class c ON c.oid = i.indexrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace
  LEFT JOIN pg_inherits inh ON inh.inhrelid = i.indexrelid
 WHERE c.oid >= 16384 AND n.nspname !~ '^pg_'
   AND NOT EXISTS (SELECT FROM pg_constraint con
                    WHERE con.conindid = i.indexrelid AND con.contype IN ('p', 'u', 'x'))
