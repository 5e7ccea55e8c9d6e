SELECT p.oid AS _oid, quote_ident(p.pubname) AS _name,
       p.pubowner::regrole::text AS owner,
       CASE WHEN p.puballtables THEN 'yes' END AS "all tables",
       concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                 CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publish,
       CASE WHEN p.pubviaroot THEN 'yes' END AS "via partition root",
       -- Since 18: generated columns.
       nullif(to_jsonb(p) ->> 'pubgencols', 'n') AS "generated columns",
       (SELECT string_agg(r.prrelid::regclass::text
                   || coalesce(' (' || (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY a.attnum)
                                          FROM pg_attribute a
                                         WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '')
                   || coalesce(' WHERE (' || pg_get_expr(r.prqual, r.prrelid) || ')', ''),
                   ', ' ORDER BY r.prrelid::regclass::text)
          FROM pg_publication_rel r WHERE r.prpubid = p.oid) AS tables,
       (SELECT string_agg(quote_ident(n.nspname), ', ' ORDER BY n.nspname)
          FROM pg_publication_namespace s JOIN pg_namespace n ON n.oid = s.pnnspid
         WHERE s.pnpubid = p.oid) AS schemas
  FROM pg_publication p
 WHERE OWN(pg_publication, p.oid)
