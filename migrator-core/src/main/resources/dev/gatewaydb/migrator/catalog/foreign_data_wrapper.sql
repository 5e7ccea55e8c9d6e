SELECT w.oid AS _oid, quote_ident(w.fdwname) AS _name, w.fdwowner::regrole::text AS owner,
       nullif(w.fdwhandler, 0)::regproc::text AS handler, nullif(w.fdwvalidator, 0)::regproc::text AS validator,
       FDW_OPTIONS(w.fdwoptions) AS options
  FROM pg_foreign_data_wrapper w
 WHERE OWN(pg_foreign_data_wrapper, w.oid)
