SELECT p.oid AS _oid, p.polrelid AS _parent, quote_ident(p.polname) AS _name,
       CASE WHEN NOT p.polpermissive THEN 'yes' END AS restrictive,
       CASE p.polcmd WHEN 'r' THEN 'SELECT' WHEN 'a' THEN 'INSERT' WHEN 'w' THEN 'UPDATE' WHEN 'd' THEN 'DELETE'
            ELSE 'ALL' END AS command,
       CASE WHEN p.polroles = '{0}' THEN 'PUBLIC' ELSE
           (SELECT string_agg(r::regrole::text, ', ' ORDER BY r::regrole::text) FROM unnest(p.polroles) r) END AS roles,
       pg_get_expr(p.polqual, p.polrelid) AS "using",
       pg_get_expr(p.polwithcheck, p.polrelid) AS "with check"
  FROM pg_policy p
 WHERE p.oid >= 16384
