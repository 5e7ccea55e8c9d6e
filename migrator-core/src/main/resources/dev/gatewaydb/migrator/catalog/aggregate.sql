SELECT p.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(p.proname) AS _name,
       quote_ident(n.nspname) || '.' || quote_ident(p.proname) || '('
           || coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*') || ')' AS _identity,
       p.proowner::regrole::text AS owner,
       pg_get_function_result(p.oid) AS returns,
       a.aggtransfn::regproc::text AS sfunc,
       format_type(a.aggtranstype, NULL) AS stype,
       nullif(a.aggtransspace, 0) AS sspace,
       nullif(a.aggfinalfn, 0)::regproc::text AS finalfunc,
       CASE WHEN a.aggfinalextra THEN 'yes' END AS finalfunc_extra,
       CASE WHEN a.aggfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char" THEN
           CASE a.aggfinalmodify WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable' ELSE 'read_write' END
           END AS finalfunc_modify,
       nullif(a.aggcombinefn, 0)::regproc::text AS combinefunc,
       nullif(a.aggserialfn, 0)::regproc::text AS serialfunc,
       nullif(a.aggdeserialfn, 0)::regproc::text AS deserialfunc,
       a.agginitval AS initcond,
       nullif(a.aggmtransfn, 0)::regproc::text AS msfunc,
       nullif(a.aggminvtransfn, 0)::regproc::text AS minvfunc,
       CASE WHEN a.aggmtranstype <> 0 THEN format_type(a.aggmtranstype, NULL) END AS mstype,
       nullif(a.aggmtransspace, 0) AS msspace,
       nullif(a.aggmfinalfn, 0)::regproc::text AS mfinalfunc,
       CASE WHEN a.aggmfinalextra THEN 'yes' END AS mfinalfunc_extra,
       CASE WHEN a.aggmfinalmodify <> CASE a.aggkind WHEN 'n' THEN 'r' ELSE 'w' END::"char" THEN
           CASE a.aggmfinalmodify WHEN 'r' THEN 'read_only' WHEN 's' THEN 'shareable' ELSE 'read_write' END
           END AS mfinalfunc_modify,
       a.aggminitval AS minitcond,
       nullif(a.aggsortop, 0)::regoperator::text AS sortop,
       CASE a.aggkind WHEN 'h' THEN 'yes' END AS hypothetical,
       CASE p.proparallel WHEN 's' THEN 'safe' WHEN 'r' THEN 'restricted' END AS parallel
  FROM pg_proc p
  JOIN pg_aggregate a ON a.aggfnoid = p.oid
  JOIN pg_namespace n ON n.oid = p.pronamespace
 WHERE p.prokind = 'a' AND n.nspname !~ '^pg_' AND STANDALONE(pg_proc, p.oid)
