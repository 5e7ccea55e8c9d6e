SELECT c.oid AS _oid, quote_ident(n.nspname) AS _schema, quote_ident(c.opcname) AS _name,
       quote_ident(n.nspname) || '.' || quote_ident(c.opcname) || ' USING ' || quote_ident(am.amname) AS _identity,
       c.opcowner::regrole::text AS owner,
       CASE WHEN c.opcdefault THEN 'yes' END AS "default",
       format_type(c.opcintype, NULL) AS type,
       quote_ident(am.amname) AS "access method",
       quote_ident(fn.nspname) || '.' || quote_ident(f.opfname) AS family,
       CASE WHEN c.opckeytype <> 0 THEN format_type(c.opckeytype, NULL) END AS storage,
       (SELECT string_agg(m.text, ', ' ORDER BY m.text) FROM (
           SELECT 'OPERATOR ' || o.amopstrategy || ' ' || operator_name.text || ' ('
                      || format_type(o.amoplefttype, NULL) || ', ' || format_type(o.amoprighttype, NULL) || ')'
                      || CASE WHEN o.amoppurpose = 'o' THEN ' FOR ORDER BY ' || quote_ident(sn.nspname) || '.'
                          || quote_ident(sf.opfname) ELSE '' END AS text
             FROM pg_amop o
             JOIN pg_depend d ON d.classid = 'pg_amop'::regclass AND d.objid = o.oid
              AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid AND d.deptype = 'i'
            CROSS JOIN LATERAL (SELECT quote_ident(pn.nspname) || '.' || p.oprname FROM pg_operator p
                JOIN pg_namespace pn ON pn.oid = p.oprnamespace WHERE p.oid = o.amopopr) AS operator_name (text)
             LEFT JOIN pg_opfamily sf ON sf.oid = o.amopsortfamily
             LEFT JOIN pg_namespace sn ON sn.oid = sf.opfnamespace
            UNION ALL
           SELECT 'FUNCTION ' || p.amprocnum || ' (' || format_type(p.amproclefttype, NULL) || ', '
                      || format_type(p.amprocrighttype, NULL) || ') ' || p.amproc::regprocedure::text
             FROM pg_amproc p
             JOIN pg_depend d ON d.classid = 'pg_amproc'::regclass AND d.objid = p.oid
              AND d.refclassid = 'pg_opclass'::regclass AND d.refobjid = c.oid AND d.deptype = 'i'
       ) m) AS members
  FROM pg_opclass c
  JOIN pg_am am ON am.oid = c.opcmethod
  JOIN pg_namespace n ON n.oid = c.opcnamespace
  JOIN pg_opfamily f ON f.oid = c.opcfamily
  JOIN pg_namespace fn ON fn.oid = f.opfnamespace
 WHERE OWN(pg_opclass, c.oid)
