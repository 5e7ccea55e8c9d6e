SELECT con.oid AS _oid,
       coalesce(nullif(con.conrelid, 0), con.contypid) AS _parent,
       CASE WHEN con.conrelid = 0 THEN 'pg_type' ELSE 'pg_class' END AS _parent_catalog,
       quote_ident(con.conname) AS _name,
       con.contype AS _type,
       con.convalidated AS _validated,
       quote_ident(n.nspname) AS _schema,
       con.confrelid::regclass::text AS _references,
       pg_get_constraintdef(con.oid) AS definition,
       OPTIONS(ic.reloptions) AS "index options",
       quote_ident(s.spcname) AS tablespace,
       CASE WHEN i.indisclustered THEN 'yes' END AS clustered,
       CASE WHEN i.indisreplident THEN 'yes' END AS "replica identity",
       inh.inhparent::regclass::text AS "partition of",
       CASE WHEN NOT con.conislocal THEN 'yes' WHEN con.coninhcount > 0 THEN 'merged' END AS inherited
  FROM pg_constraint con
  JOIN pg_namespace n ON n.oid = con.connamespace
  LEFT JOIN pg_index i ON i.indexrelid = con.conindid AND con.contype IN ('p', 'u', 'x')
  LEFT JOIN pg_class ic ON ic.oid = i.indexrelid
  LEFT JOIN pg_tablespace s ON s.oid = ic.reltablespace
  LEFT JOIN pg_inherits inh ON inh.inhrelid = i.indexrelid
  LEFT JOIN pg_class c ON c.oid = con.conrelid
  LEFT JOIN pg_type t ON t.oid = con.contypid
 WHERE con.oid >= 16384 AND con.contype IN ('p', 'u', 'f', 'c', 'x', 'n')
   AND n.nspname !~ '^pg_'
   -- Copies that a foreign key makes of itself for partitions.
   AND NOT (con.contype = 'f' AND con.conparentid <> 0)
   -- NOT NULL is a property of its column, unless it has something of its own to say (PostgreSQL 18). Its name was
   -- given by PostgreSQL if it starts with that of the table, or it is the parent's; columns may have been renamed since.
   AND NOT (con.contype = 'n' AND con.convalidated AND NOT con.connoinherit
            AND (NOT con.conislocal OR starts_with(con.conname, left(coalesce(c.relname, t.typname), 20)))
            AND con.conname ~ '_not_null[0-9]*$')
