SELECT t.oid AS _oid, t.typrelid AS _relation, quote_ident(n.nspname) AS _schema, quote_ident(t.typname) AS _name,
       t.typowner::regrole::text AS owner,
       coalesce((SELECT string_agg(
                   quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                       || CASE WHEN a.attcollation <> b.typcollation
                               THEN ' COLLATE ' || a.attcollation::regcollation::text ELSE '' END,
                   ', ' ORDER BY a.attnum)
          FROM pg_attribute a JOIN pg_type b ON b.oid = a.atttypid
         WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped), '') AS attributes,
       (SELECT string_agg(a.attnum || '=' || quote_ident(a.attname), E'\n' ORDER BY a.attnum)
          FROM pg_attribute a
         WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped) AS _parts
  FROM pg_type t
  JOIN pg_class c ON c.oid = t.typrelid
  JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'c' AND c.relkind = 'c' AND OWN(pg_type, t.oid)
