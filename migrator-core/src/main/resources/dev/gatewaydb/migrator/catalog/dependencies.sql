SELECT classid::regclass::text AS catalog, objid AS oid, objsubid AS sub,
       refclassid::regclass::text AS needed_catalog, refobjid AS needed_oid, refobjsubid AS needed_sub,
       deptype AS type
  FROM pg_depend
 WHERE objid >= 16384 AND refobjid >= 16384 AND deptype IN ('n', 'a', 'i', 'P', 'S', 'e')
