package dev.gatewaydb.migrator.operate.maintain;

import dev.gatewaydb.migrator.error.RefusedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** One run at a time in a database: an advisory lock under the ASCII codes of GWDB and MNTN. */
final class MaintenanceLock {
  private static final String KEY = "1196901442, 1296979022";
  private static final String HOLDER =
      """
      SELECT format('pid %s, role %s, application %s', l.pid, coalesce(a.usename, '?'),
                    coalesce(a.application_name, ''))
        FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 1196901442
         AND l.objid = 1296979022
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """;

  private MaintenanceLock() {}

  /** Until the session ends. */
  static void take(Connection connection) throws SQLException {
    if (Query.one(
        connection, row -> row.getBoolean(1), "SELECT pg_try_advisory_lock(%s)".formatted(KEY))) {
      return;
    }
    List<String> holders = Query.rows(connection, row -> row.getString(1), HOLDER);
    throw new RefusedException(
        "maintenance of this database is running already"
            + (holders.isEmpty() ? "" : " (%s)".formatted(holders.getFirst())),
        "Wait until it ends; it can be stopped at any time and loses nothing.",
        null);
  }
}
