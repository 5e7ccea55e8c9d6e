SELECT e.oid AS _oid, quote_ident(e.evtname) AS _name,
       e.evtowner::regrole::text AS owner,
       e.evtevent AS event,
       e.evtfoid::regprocedure::text AS function,
       (SELECT string_agg(quote_literal(tag), ', ' ORDER BY tag) FROM unnest(e.evttags) tag) AS tags,
       CASE e.evtenabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS'
            END AS enabled
  FROM pg_event_trigger e
 WHERE OWN(pg_event_trigger, e.oid)
