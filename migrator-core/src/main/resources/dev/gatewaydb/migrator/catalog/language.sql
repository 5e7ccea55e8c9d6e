SELECT l.oid AS _oid, quote_ident(l.lanname) AS _name, l.lanowner::regrole::text AS owner,
       CASE WHEN l.lanpltrusted THEN 'yes' END AS trusted,
       nullif(l.lanplcallfoid, 0)::regproc::text AS handler
  FROM pg_language l
 WHERE OWN(pg_language, l.oid)
