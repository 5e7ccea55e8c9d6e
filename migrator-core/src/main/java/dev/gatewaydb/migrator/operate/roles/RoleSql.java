package dev.gatewaydb.migrator.operate.roles;

/** The queries on the catalog; all need an empty {@code search_path}. */
final class RoleSql {
  /** Parameter: names. In their order, and null where there is no such role. */
  static final String ROLES =
      """
      SELECT w.name, quote_ident(w.name) AS quoted, quote_literal(w.name) AS literal, r.oid IS NOT NULL AS present,
             r.rolsuper, r.rolcreaterole, r.rolcreatedb, r.rolreplication, r.rolbypassrls, r.rolcanlogin,
             r.rolvaliduntil::text AS valid_until, coalesce(r.rolvaliduntil <= now(), false) AS expired
        FROM unnest(?::text[]) WITH ORDINALITY w (name, place) LEFT JOIN pg_roles r ON r.rolname = w.name
       ORDER BY w.place
      """;

  /** Parameter: names. Each role that one of them belongs to, however far up. */
  static final String MEMBERSHIPS =
      """
      WITH RECURSIVE edge AS (
          SELECT m.member, m.roleid,
                 coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, r.rolinherit) AS inherits,
                 coalesce((to_jsonb(m) ->> 'set_option')::boolean, true) AS may_set, m.admin_option
            FROM pg_auth_members m JOIN pg_roles r ON r.oid = m.member
      ), up AS (
          SELECT r.rolname AS name, e.roleid, e.inherits, e.may_set, e.admin_option, ARRAY[r.oid, e.roleid] AS path
            FROM pg_roles r JOIN edge e ON e.member = r.oid
           WHERE r.rolname = ANY (?::text[])
          UNION ALL
          SELECT u.name, e.roleid, u.inherits AND e.inherits, u.may_set AND e.may_set, e.admin_option,
                 u.path || e.roleid
            FROM up u JOIN edge e ON e.member = u.roleid
           WHERE e.roleid <> ALL (u.path) AND cardinality(u.path) < 20
      )
      SELECT u.name, g.rolname AS role, bool_or(u.inherits) AS inherits, bool_or(u.may_set) AS may_set,
             bool_or(u.admin_option) AS admin, g.rolsuper, bool_or(cardinality(u.path) = 2) AS direct
        FROM up u JOIN pg_roles g ON g.oid = u.roleid
       GROUP BY u.name, g.rolname, g.rolsuper ORDER BY 1, 2
      """;

  /**
   * Every right on the database, its schemas, relations, columns and routines, one row each; an
   * object without any has one row without grantee. Of what comes with PostgreSQL and extensions,
   * only rights of these roles. Parameter: names.
   */
  static final String RIGHTS =
      """
      WITH object AS (
          SELECT 'DATABASE' AS noun, 'pg_database'::regclass AS class, d.oid, quote_ident(d.datname) AS name,
                 quote_ident(d.datname) AS key, '' AS schema, d.datname::text AS plain, d.datdba AS owner,
                 coalesce(d.datacl, acldefault('d', d.datdba)) AS acl, NULL::text AS part, false AS triggers,
                 false AS definer
            FROM pg_database d WHERE d.datname = current_database()
           UNION ALL
          SELECT 'SCHEMA', 'pg_namespace'::regclass, n.oid, quote_ident(n.nspname), quote_ident(n.nspname), n.nspname,
                 n.nspname, n.nspowner, coalesce(n.nspacl, acldefault('n', n.nspowner)), NULL, false, false
            FROM pg_namespace n
           UNION ALL
          SELECT CASE WHEN c.relkind = 'S' THEN 'SEQUENCE' WHEN c.relkind IN ('v', 'm') THEN 'VIEW' ELSE 'TABLE' END,
                 'pg_class'::regclass, c.oid, format('%I.%I', n.nspname, c.relname),
                 format('%I.%I', n.nspname, c.relname), n.nspname, c.relname, c.relowner,
                 coalesce(c.relacl, acldefault(CASE c.relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", c.relowner)),
                 NULL, false, false
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
           UNION ALL
          SELECT CASE WHEN c.relkind IN ('v', 'm') THEN 'VIEW' ELSE 'TABLE' END, 'pg_class'::regclass, c.oid,
                 format('%I.%I', n.nspname, c.relname), format('%I.%I', n.nspname, c.relname), n.nspname, c.relname,
                 c.relowner, a.attacl, quote_ident(a.attname), false, false
            FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE a.attacl IS NOT NULL AND NOT a.attisdropped
           UNION ALL
          SELECT 'ROUTINE', 'pg_proc'::regclass, p.oid,
                 format('%I.%I(%s)', n.nspname, p.proname, oidvectortypes(p.proargtypes)),
                 format('%I.%I(%s)', n.nspname, p.proname, CASE p.prokind WHEN 'a'
                     THEN coalesce(nullif(pg_get_function_identity_arguments(p.oid), ''), '*')
                     ELSE oidvectortypes(p.proargtypes) END),
                 n.nspname, p.proname, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner)), NULL,
                 p.prorettype IN ('trigger'::regtype, 'event_trigger'::regtype),
                 p.prosecdef AND p.provolatile = 'v'
            FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
           WHERE p.proacl IS NOT NULL OR p.oid >= 16384
      ), named AS (
          SELECT o.*, o.noun <> 'DATABASE' AND (o.schema ~ '^pg_' OR o.schema = 'information_schema' OR EXISTS (
                     SELECT FROM pg_depend d
                      WHERE d.classid = o.class AND d.objid = o.oid AND d.deptype = 'e')) AS provided
            FROM object o
      )
      SELECT o.noun, o.name, o.key, o.schema, o.plain, w.rolname AS owner, quote_ident(w.rolname) AS quoted_owner,
             pg_has_role(current_user, o.owner, 'USAGE') AS manageable, o.part, o.triggers, o.definer, o.provided,
             CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE g.rolname::text END AS grantee,
             a.privilege_type AS privilege, a.is_grantable AS grantable
        FROM named o
        JOIN pg_roles w ON w.oid = o.owner
        LEFT JOIN LATERAL aclexplode(CASE WHEN cardinality(o.acl) > 0 THEN o.acl END) a ON a.grantee <> o.owner
        LEFT JOIN pg_roles g ON g.oid = a.grantee
       WHERE NOT o.provided OR g.rolname = ANY (?::text[])
       ORDER BY o.noun, o.name, o.part NULLS FIRST, 13, 14
      """;

  /** What is granted on objects to come: by whom, where, on what, to whom. */
  static final String DEFAULTS =
      """
      SELECT r.rolname AS creator, coalesce(n.nspname, '') AS schema, d.defaclobjtype AS type,
             CASE WHEN a.grantee = 0 THEN 'PUBLIC' ELSE g.rolname::text END AS grantee, a.privilege_type AS privilege
        FROM pg_default_acl d
        JOIN pg_roles r ON r.oid = d.defaclrole
        LEFT JOIN pg_namespace n ON n.oid = d.defaclnamespace
       CROSS JOIN LATERAL aclexplode(CASE WHEN cardinality(d.defaclacl) > 0 THEN d.defaclacl END) a
        LEFT JOIN pg_roles g ON g.oid = a.grantee
       WHERE a.grantee <> d.defaclrole
       ORDER BY 1, 2, 3, 4, 5
      """;

  /**
   * Whether a role's functions to come are for everybody, as they are by default. Parameter: its
   * name.
   */
  static final String DEFAULT_EXECUTE =
      """
      SELECT NOT EXISTS (
          SELECT FROM pg_default_acl d JOIN pg_roles r ON r.oid = d.defaclrole
           WHERE r.rolname = ? AND d.defaclnamespace = 0 AND d.defaclobjtype = 'f'
             AND NOT EXISTS (SELECT FROM aclexplode(d.defaclacl) a WHERE a.grantee = 0))
      """;

  /** Objects that a role owns, and those of rarer kinds that it has rights on. Parameter: names. */
  static final String HOLDINGS =
      """
      SELECT r.rolname AS name, d.deptype = 'o' AS owns, pg_describe_object(d.classid, d.objid, d.objsubid) AS object
        FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
       WHERE d.refclassid = 'pg_authid'::regclass AND r.rolname = ANY (?::text[])
         AND (d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
              OR d.dbid = 0 AND (d.classid <> 'pg_database'::regclass
                  OR d.objid = (SELECT oid FROM pg_database WHERE datname = current_database())))
         AND (d.deptype = 'o' OR d.deptype = 'a' AND d.classid NOT IN ('pg_class'::regclass, 'pg_proc'::regclass,
              'pg_namespace'::regclass, 'pg_database'::regclass, 'pg_default_acl'::regclass))
       ORDER BY 1, 2, 3
      """;

  private RoleSql() {}
}
