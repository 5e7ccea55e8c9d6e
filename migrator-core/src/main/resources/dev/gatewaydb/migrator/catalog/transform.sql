SELECT t.oid AS _oid, 'FOR ' || format_type(t.trftype, NULL) || ' LANGUAGE ' || quote_ident(l.lanname) AS _identity,
       nullif(t.trffromsql, 0)::regprocedure::text AS "from SQL", nullif(t.trftosql, 0)::regprocedure::text AS "to SQL"
  FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang
 WHERE OWN(pg_transform, t.oid)
