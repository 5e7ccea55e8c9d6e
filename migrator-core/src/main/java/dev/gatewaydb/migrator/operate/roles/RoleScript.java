package dev.gatewaydb.migrator.operate.roles;

import java.util.List;

/** Statements as a file for psql. */
final class RoleScript {
  private RoleScript() {}

  static String of(long lockKey, List<RolePlan.Step> steps) {
    StringBuilder sql = new StringBuilder();
    sql.append(
        """
        -- May run any number of times: psql -v ON_ERROR_STOP=1 -f FILE
        BEGIN;
        SET LOCAL search_path = '';
        SET LOCAL lock_timeout = '10s';
        SET LOCAL client_min_messages = warning;
        DO $do$
        BEGIN
            PERFORM pg_advisory_xact_lock(%d);
        END
        $do$;
        """
            .formatted(lockKey));
    steps.forEach(step -> sql.append(step.sql()).append(";\n"));
    return sql.append("COMMIT;\n").toString();
  }
}
