package dev.gatewaydb.dao.rotation;

import dev.gatewaydb.dao.ConflictException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** One run at a time in a database: an advisory lock under the ASCII codes of GWDB and SECR. */
final class RotationLock {
  private static final String KEY = "1196901442, 1397048146";
  private static final String HOLDER =
      """
      SELECT l.pid, coalesce(a.usename, '?'), coalesce(a.application_name, '')
        FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 1196901442
         AND l.objid = 1397048146
         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """;

  private RotationLock() {}

  /** Until the transaction ends. */
  static void forTransaction(Connection connection) throws SQLException {
    take(connection, "pg_try_advisory_xact_lock");
  }

  /** Until {@link #release}, over many transactions. */
  static void forSession(Connection connection) throws SQLException {
    take(connection, "pg_try_advisory_lock");
  }

  static void release(Connection connection) throws SQLException {
    Transactions.execute(connection, "SELECT pg_advisory_unlock(%s)".formatted(KEY));
  }

  private static void take(Connection connection, String function) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      try (ResultSet row = statement.executeQuery("SELECT %s(%s)".formatted(function, KEY))) {
        row.next();
        if (row.getBoolean(1)) {
          return;
        }
      }
      try (ResultSet row = statement.executeQuery(HOLDER)) {
        String holder =
            row.next()
                ? " (PostgreSQL's process %d, role %s, application %s)"
                    .formatted(row.getInt(1), row.getString(2), row.getString(3))
                : "";
        throw new ConflictException(
            "another run changes the secrets of this database" + holder,
            "Wait until it ends; its progress is in 'gwdb secrets status'.");
      }
    }
  }
}
