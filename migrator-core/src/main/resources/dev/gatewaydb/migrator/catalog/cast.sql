SELECT c.oid AS _oid,
       '(' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ')' AS _identity,
       CASE c.castmethod WHEN 'f' THEN 'FUNCTION ' || c.castfunc::regprocedure::text WHEN 'i' THEN 'INOUT'
            ELSE 'WITHOUT FUNCTION' END AS method,
       CASE c.castcontext WHEN 'a' THEN 'ASSIGNMENT' WHEN 'i' THEN 'IMPLICIT' END AS context
  FROM pg_cast c
 WHERE STANDALONE(pg_cast, c.oid)
