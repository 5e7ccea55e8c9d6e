SELECT a.oid AS _oid, quote_ident(a.amname) AS _name,
       CASE a.amtype WHEN 'i' THEN 'INDEX' ELSE 'TABLE' END AS type, a.amhandler::regproc::text AS handler
  FROM pg_am a
 WHERE OWN(pg_am, a.oid)
