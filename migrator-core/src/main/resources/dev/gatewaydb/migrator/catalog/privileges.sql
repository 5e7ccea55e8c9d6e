-- How each object's privileges differ from those that it would have by default.
WITH held AS (
    SELECT 'pg_class' AS catalog, oid, 0 AS sub, relowner AS owner, relacl AS acl,
           acldefault(CASE relkind WHEN 'S' THEN 's' ELSE 'r' END::"char", relowner) AS standard
      FROM pg_class WHERE relacl IS NOT NULL AND oid >= 16384
     UNION ALL
    SELECT 'pg_class', attrelid, attnum, c.relowner, attacl, acldefault('c', c.relowner)
      FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
     WHERE attacl IS NOT NULL AND attrelid >= 16384 AND NOT attisdropped
     UNION ALL
    SELECT 'pg_proc', oid, 0, proowner, proacl, acldefault('f', proowner)
      FROM pg_proc WHERE proacl IS NOT NULL AND oid >= 16384
     UNION ALL
    SELECT 'pg_type', oid, 0, typowner, typacl, acldefault('T', typowner)
      FROM pg_type WHERE typacl IS NOT NULL AND oid >= 16384
     UNION ALL
    SELECT 'pg_namespace', n.oid, 0, nspowner, nspacl, coalesce(i.initprivs, acldefault('n', nspowner))
      FROM pg_namespace n
      LEFT JOIN pg_init_privs i ON i.classoid = 'pg_namespace'::regclass AND i.objoid = n.oid
     WHERE nspacl IS NOT NULL AND (n.oid >= 16384 OR n.oid = 2200)
     UNION ALL
    SELECT 'pg_language', oid, 0, lanowner, lanacl, acldefault('l', lanowner)
      FROM pg_language WHERE lanacl IS NOT NULL AND oid >= 16384
     UNION ALL
    SELECT 'pg_foreign_data_wrapper', oid, 0, fdwowner, fdwacl, acldefault('F', fdwowner)
      FROM pg_foreign_data_wrapper WHERE fdwacl IS NOT NULL
     UNION ALL
    SELECT 'pg_foreign_server', oid, 0, srvowner, srvacl, acldefault('S', srvowner)
      FROM pg_foreign_server WHERE srvacl IS NOT NULL
     UNION ALL
    SELECT 'pg_default_acl', oid, 0, defaclrole, defaclacl,
           CASE WHEN defaclnamespace = 0
                THEN acldefault(CASE defaclobjtype WHEN 'S' THEN 's' ELSE defaclobjtype END::"char", defaclrole)
                ELSE '{}' END
      FROM pg_default_acl
), rights AS (
    SELECT catalog, oid, sub, owner, 1 AS sign, a.grantee, a.privilege_type, a.is_grantable
      FROM held, aclexplode(CASE WHEN cardinality(held.acl) > 0 THEN held.acl END) a
     UNION ALL
    SELECT catalog, oid, sub, owner, -1, a.grantee, a.privilege_type, a.is_grantable
      FROM held, aclexplode(CASE WHEN cardinality(held.standard) > 0 THEN held.standard END) a
), every AS (
    -- What ALL means depends on the server: MAINTAIN is new in 17.
    SELECT catalog, oid, sub, count(*) AS rights
      FROM rights WHERE sign < 0 AND grantee = owner GROUP BY 1, 2, 3
), changed AS (
    SELECT catalog, oid, sub, owner, grantee, privilege_type, is_grantable, sum(sign) AS sign
      FROM rights GROUP BY 1, 2, 3, 4, 5, 6, 7 HAVING sum(sign) <> 0
), counted AS (
    SELECT c.*, e.rights > 1 AND e.rights = count(*) OVER (
               PARTITION BY c.catalog, c.oid, c.sub, c.sign, c.grantee, c.is_grantable) AS has_all
      FROM changed c LEFT JOIN every e USING (catalog, oid, sub)
)
SELECT DISTINCT catalog, oid, sub,
       CASE WHEN sign > 0 THEN 'GRANT' ELSE 'REVOKE' END AS verb,
       CASE WHEN grantee = 0 THEN 'PUBLIC' WHEN grantee = owner THEN 'OWNER' ELSE grantee::regrole::text END AS role,
       CASE WHEN has_all THEN 'ALL' ELSE privilege_type END AS privilege,
       is_grantable AS grantable
  FROM counted
 ORDER BY 1, 2, 3, 4 DESC, 5, 6, 7
