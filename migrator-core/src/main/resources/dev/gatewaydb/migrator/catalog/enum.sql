SELECT t.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(t.typname) AS _name,
       t.typowner::regrole::text AS owner,
       coalesce((SELECT string_agg(quote_literal(e.enumlabel), ', ' ORDER BY e.enumsortorder)
          FROM pg_enum e WHERE e.enumtypid = t.oid), '') AS labels
  FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
 WHERE t.typtype = 'e' AND OWN(pg_type, t.oid)
