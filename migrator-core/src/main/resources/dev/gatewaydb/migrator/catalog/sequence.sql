SELECT c.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(c.relname) AS _name,
       c.relowner::regrole::text AS owner,
       format_type(s.seqtypid, NULL) AS type, s.seqstart AS start, s.seqincrement AS increment,
       s.seqmin AS minimum, s.seqmax AS maximum, s.seqcache AS cache,
       CASE WHEN s.seqcycle THEN 'yes' END AS cycle,
       -- An identity's is what its table is, since 15.
       CASE WHEN c.relpersistence = 'u' AND d.deptype IS DISTINCT FROM 'i' THEN 'yes' END AS unlogged,
       CASE d.deptype WHEN 'a' THEN d.refobjid::regclass::text || '.' || quote_ident(a.attname) END AS "owned by",
       CASE d.deptype WHEN 'i' THEN d.refobjid::regclass::text || '.' || quote_ident(a.attname) END AS "identity of"
  FROM pg_sequence s
  JOIN pg_class c ON c.oid = s.seqrelid
  JOIN pg_namespace n ON n.oid = c.relnamespace
  LEFT JOIN pg_depend d
    ON d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.objsubid = 0
   AND d.refclassid = 'pg_class'::regclass AND d.refobjsubid > 0 AND d.deptype IN ('a', 'i')
  LEFT JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
 WHERE n.nspname !~ '^pg_' AND OWN(pg_class, c.oid)
