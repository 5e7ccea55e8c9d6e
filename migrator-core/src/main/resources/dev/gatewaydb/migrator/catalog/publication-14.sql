SELECT p.oid AS _oid, quote_ident(p.pubname) AS _name,
       p.pubowner::regrole::text AS owner,
       CASE WHEN p.puballtables THEN 'yes' END AS "all tables",
       concat_ws(', ', CASE WHEN p.pubinsert THEN 'insert' END, CASE WHEN p.pubupdate THEN 'update' END,
                 CASE WHEN p.pubdelete THEN 'delete' END, CASE WHEN p.pubtruncate THEN 'truncate' END) AS publish,
       CASE WHEN p.pubviaroot THEN 'yes' END AS "via partition root",
       (SELECT string_agg(r.prrelid::regclass::text, ', ' ORDER BY r.prrelid::regclass::text)
          FROM pg_publication_rel r WHERE r.prpubid = p.oid) AS tables
  FROM pg_publication p
 WHERE OWN(pg_publication, p.oid)
