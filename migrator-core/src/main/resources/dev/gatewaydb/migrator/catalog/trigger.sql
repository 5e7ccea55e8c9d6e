SELECT t.oid AS _oid, t.tgrelid AS _parent, quote_ident(t.tgname) AS _name,
       pg_get_triggerdef(t.oid) AS definition,
       CASE t.tgenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS'
            END AS enabled,
       CASE WHEN t.tgparentid <> 0 THEN 'yes' END AS inherited
  FROM pg_trigger t
  LEFT JOIN pg_trigger p ON p.oid = t.tgparentid
 WHERE t.oid >= 16384
   -- Of a partition's copies only those that somebody has switched off or on.
   AND CASE WHEN t.tgparentid = 0 THEN NOT t.tgisinternal
            ELSE NOT p.tgisinternal AND p.tgenabled <> t.tgenabled END
