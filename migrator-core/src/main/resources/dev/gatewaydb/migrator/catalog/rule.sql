SELECT r.oid AS _oid, r.ev_class AS _parent, quote_ident(r.rulename) AS _name,
       pg_get_ruledef(r.oid) AS definition,
       CASE r.ev_enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS'
            END AS enabled
  FROM pg_rewrite r
 WHERE r.rulename <> '_RETURN' AND r.oid >= 16384
