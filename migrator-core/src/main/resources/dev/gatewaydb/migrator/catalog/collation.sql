SELECT c.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(c.collname) AS _name,
       c.collowner::regrole::text AS owner,
       CASE c.collprovider WHEN 'c' THEN 'libc' WHEN 'i' THEN 'icu' WHEN 'b' THEN 'builtin' ELSE 'default' END AS provider,
       CASE WHEN NOT c.collisdeterministic THEN 'no' END AS deterministic,
       -- Where the locale is kept: collcollate until 14, colliculocale in 15 and 16, colllocale since 17.
       CASE WHEN c.collprovider <> 'c'
            THEN coalesce(j.row ->> 'colllocale', j.row ->> 'colliculocale', j.row ->> 'collcollate') END AS locale,
       CASE WHEN c.collprovider = 'c' THEN j.row ->> 'collcollate' END AS lc_collate,
       CASE WHEN c.collprovider = 'c' THEN j.row ->> 'collctype' END AS lc_ctype,
       j.row ->> 'collicurules' AS rules
  FROM pg_collation c
  JOIN pg_namespace n ON n.oid = c.collnamespace
 CROSS JOIN LATERAL to_jsonb(c) AS j (row)
 WHERE OWN(pg_collation, c.oid)
