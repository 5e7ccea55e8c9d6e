SELECT p.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(p.prsname) AS _name,
       p.prsstart::regproc::text AS start, p.prstoken::regproc::text AS gettoken, p.prsend::regproc::text AS "end",
       p.prslextype::regproc::text AS lextypes, nullif(p.prsheadline, 0)::regproc::text AS headline
  FROM pg_ts_parser p JOIN pg_namespace n ON n.oid = p.prsnamespace
 WHERE OWN(pg_ts_parser, p.oid)
