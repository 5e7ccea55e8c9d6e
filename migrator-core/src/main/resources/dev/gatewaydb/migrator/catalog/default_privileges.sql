SELECT d.oid AS _oid,
       'FOR ROLE ' || d.defaclrole::regrole::text || coalesce(' IN SCHEMA ' || quote_ident(n.nspname), '') || ' ON '
           || CASE d.defaclobjtype WHEN 'r' THEN 'TABLES' WHEN 'S' THEN 'SEQUENCES' WHEN 'f' THEN 'FUNCTIONS'
                  WHEN 'T' THEN 'TYPES' WHEN 'n' THEN 'SCHEMAS' ELSE 'LARGE OBJECTS' END AS _identity,
       quote_ident(n.nspname) AS _schema,
       d.defaclrole::regrole::text AS _role
  FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
