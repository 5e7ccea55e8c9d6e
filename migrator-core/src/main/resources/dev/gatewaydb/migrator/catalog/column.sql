SELECT a.attrelid AS _oid, a.attnum AS _sub, a.attrelid AS _parent, quote_ident(a.attname) AS _name,
       row_number() OVER (PARTITION BY a.attrelid ORDER BY a.attnum) AS _position,
       format_type(a.atttypid, a.atttypmod) AS type,
       CASE WHEN a.attnotnull THEN 'yes' END AS "not null",
       CASE WHEN a.attgenerated = '' THEN pg_get_expr(d.adbin, d.adrelid) END AS "default",
       CASE WHEN a.attgenerated <> '' THEN
           'ALWAYS AS (' || pg_get_expr(d.adbin, d.adrelid) || ')'
               || CASE a.attgenerated WHEN 's' THEN ' STORED' ELSE ' VIRTUAL' END END AS generated,
       -- Partitions have their parent's, on paper since 17.
       CASE CASE WHEN NOT c.relispartition THEN a.attidentity END WHEN 'a' THEN 'ALWAYS' WHEN 'd' THEN 'BY DEFAULT' END AS identity,
       CASE WHEN a.attcollation <> t.typcollation THEN a.attcollation::regcollation::text END AS collation,
       CASE WHEN a.attstorage <> t.typstorage THEN
           CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'e' THEN 'EXTERNAL' WHEN 'm' THEN 'MAIN' ELSE 'EXTENDED' END
           END AS storage,
       CASE a.attcompression WHEN 'p' THEN 'pglz' WHEN 'l' THEN 'lz4' END AS compression,
       nullif(a.attstattarget, -1) AS "statistics target",
       OPTIONS(a.attoptions) AS options,
       FDW_OPTIONS(a.attfdwoptions) AS "foreign options",
       CASE WHEN NOT a.attislocal THEN 'yes' WHEN a.attinhcount > 0 THEN 'merged' END AS inherited
  FROM pg_attribute a
  JOIN pg_class c ON c.oid = a.attrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_type t ON t.oid = a.atttypid
  LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
 WHERE c.relkind IN ('r', 'p', 'f', 'v', 'm') AND a.attnum > 0 AND NOT a.attisdropped
   AND n.nspname !~ '^pg_' AND c.oid >= 16384
