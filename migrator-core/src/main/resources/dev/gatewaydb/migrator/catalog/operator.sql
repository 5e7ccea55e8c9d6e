SELECT o.oid AS _oid, quote_ident(n.nspname) AS _schema, o.oprname AS _name,
       quote_ident(n.nspname) || '.' || o.oprname || ' (' || coalesce(format_type(nullif(o.oprleft, 0), NULL), 'NONE')
           || ', ' || coalesce(format_type(nullif(o.oprright, 0), NULL), 'NONE') || ')' AS _identity,
       o.oprowner::regrole::text AS owner,
       o.oprcode::regproc::text AS function,
       format_type(nullif(o.oprleft, 0), NULL) AS leftarg,
       format_type(nullif(o.oprright, 0), NULL) AS rightarg,
       quote_ident(cn.nspname) || '.' || c.oprname AS commutator,
       quote_ident(nn.nspname) || '.' || ne.oprname AS negator,
       nullif(o.oprrest, 0)::regproc::text AS restrict,
       nullif(o.oprjoin, 0)::regproc::text AS "join",
       CASE WHEN o.oprcanhash THEN 'yes' END AS hashes,
       CASE WHEN o.oprcanmerge THEN 'yes' END AS merges
  FROM pg_operator o
  JOIN pg_namespace n ON n.oid = o.oprnamespace
  LEFT JOIN pg_operator c ON c.oid = o.oprcom
  LEFT JOIN pg_namespace cn ON cn.oid = c.oprnamespace
  LEFT JOIN pg_operator ne ON ne.oid = o.oprnegate
  LEFT JOIN pg_namespace nn ON nn.oid = ne.oprnamespace
 WHERE OWN(pg_operator, o.oid)
   -- Not what is only announced, as the negator of another.
   AND o.oprcode <> 0
