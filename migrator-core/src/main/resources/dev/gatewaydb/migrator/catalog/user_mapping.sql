-- Without its options: they hold passwords.
SELECT m.umid AS _oid,
       'FOR ' || CASE m.umuser WHEN 0 THEN 'PUBLIC' ELSE m.umuser::regrole::text END || ' SERVER '
           || quote_ident(m.srvname) AS _identity
  FROM pg_user_mappings m
