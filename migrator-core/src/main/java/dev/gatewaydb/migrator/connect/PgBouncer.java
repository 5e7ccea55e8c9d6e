package dev.gatewaydb.migrator.connect;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;

/** Finds a connection pooler between the driver and the server. */
public final class PgBouncer {
  private PgBouncer() {}

  /**
   * Whether a pooler such as PgBouncer stands between: the process that answers is not the one that
   * greeted. Session locks and settings can't be relied on then.
   *
   * @param connection the driver's, or anything that unwraps to it
   * @throws SQLException when the server can't be asked
   */
  public static boolean isBetween(Connection connection) throws SQLException {
    int greeted = connection.unwrap(PGConnection.class).getBackendPID();
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      return !row.next() || row.getInt(1) != greeted;
    }
  }
}
