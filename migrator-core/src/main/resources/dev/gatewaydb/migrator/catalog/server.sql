SELECT s.oid AS _oid, quote_ident(s.srvname) AS _name, s.srvowner::regrole::text AS owner,
       quote_ident(w.fdwname) AS wrapper, s.srvtype AS type, s.srvversion AS version,
       FDW_OPTIONS(s.srvoptions) AS options
  FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
 WHERE OWN(pg_foreign_server, s.oid)
