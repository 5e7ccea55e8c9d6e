SELECT c.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(c.conname) AS _name,
       c.conowner::regrole::text AS owner,
       pg_encoding_to_char(c.conforencoding) AS "from", pg_encoding_to_char(c.contoencoding) AS "to",
       c.conproc::regproc::text AS function, CASE WHEN c.condefault THEN 'yes' END AS "default"
  FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace
 WHERE OWN(pg_conversion, c.oid)
