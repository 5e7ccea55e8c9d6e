SELECT d.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(d.dictname) AS _name,
       d.dictowner::regrole::text AS owner,
       quote_ident(tn.nspname) || '.' || quote_ident(t.tmplname) AS template,
       d.dictinitoption AS options
  FROM pg_ts_dict d
  JOIN pg_namespace n ON n.oid = d.dictnamespace
  JOIN pg_ts_template t ON t.oid = d.dicttemplate
  JOIN pg_namespace tn ON tn.oid = t.tmplnamespace
 WHERE OWN(pg_ts_dict, d.oid)
