SELECT t.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(t.tmplname) AS _name,
       nullif(t.tmplinit, 0)::regproc::text AS init, t.tmpllexize::regproc::text AS lexize
  FROM pg_ts_template t JOIN pg_namespace n ON n.oid = t.tmplnamespace
 WHERE OWN(pg_ts_template, t.oid)
