SELECT classoid::regclass::text AS catalog, objoid AS oid, objsubid AS sub, 'comment' AS property, description AS value
  FROM pg_description
 WHERE objoid >= 16384
    OR classoid = 'pg_namespace'::regclass AND objoid = 2200 AND description <> 'standard public schema'
 UNION ALL
SELECT classoid::regclass::text, objoid, objsubid, 'security label for ' || quote_ident(provider), label
  FROM pg_seclabel
