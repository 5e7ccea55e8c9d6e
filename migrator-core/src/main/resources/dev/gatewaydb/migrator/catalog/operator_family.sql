SELECT f.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(f.opfname) AS _name,
       quote_ident(n.nspname) || '.' || quote_ident(f.opfname) || ' USING ' || quote_ident(am.amname) AS _identity,
       f.opfowner::regrole::text AS owner,
       (SELECT string_agg(m.text, ', ' ORDER BY m.text) FROM (
           SELECT 'OPERATOR ' || o.amopstrategy || ' ' || operator_name.text || ' ('
                      || format_type(o.amoplefttype, NULL) || ', ' || format_type(o.amoprighttype, NULL) || ')'
                      || CASE WHEN o.amoppurpose = 'o' THEN ' FOR ORDER BY ' || quote_ident(sn.nspname) || '.'
                          || quote_ident(sf.opfname) ELSE '' END AS text
             FROM pg_amop o
             JOIN pg_depend d ON d.classid = 'pg_amop'::regclass AND d.objid = o.oid
              AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid AND d.deptype = 'a'
            CROSS JOIN LATERAL (SELECT quote_ident(pn.nspname) || '.' || p.oprname FROM pg_operator p
                JOIN pg_namespace pn ON pn.oid = p.oprnamespace WHERE p.oid = o.amopopr) AS operator_name (text)
             LEFT JOIN pg_opfamily sf ON sf.oid = o.amopsortfamily
             LEFT JOIN pg_namespace sn ON sn.oid = sf.opfnamespace
            UNION ALL
           SELECT 'FUNCTION ' || p.amprocnum || ' (' || format_type(p.amproclefttype, NULL) || ', '
                      || format_type(p.amprocrighttype, NULL) || ') ' || p.amproc::regprocedure::text
             FROM pg_amproc p
             JOIN pg_depend d ON d.classid = 'pg_amproc'::regclass AND d.objid = p.oid
              AND d.refclassid = 'pg_opfamily'::regclass AND d.refobjid = f.oid AND d.deptype = 'a'
       ) m) AS members
  FROM pg_opfamily f
  JOIN pg_am am ON am.oid = f.opfmethod
  JOIN pg_namespace n ON n.oid = f.opfnamespace
 WHERE OWN(pg_opfamily, f.oid)
