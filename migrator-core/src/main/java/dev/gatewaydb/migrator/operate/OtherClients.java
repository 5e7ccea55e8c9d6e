package dev.gatewaydb.migrator.operate;

import dev.gatewaydb.migrator.error.RefusedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** Who else is connected to the database. */
public final class OtherClients {
  private static final int SHOWN = 5;

  // Without pg_monitor, backend_type of other roles' sessions is null; background workers have no
  // user.
  private static final String OTHERS =
      """
        FROM pg_stat_activity
       WHERE datname = current_database() AND pid <> pg_backend_pid() AND usesysid IS NOT NULL
         AND coalesce(backend_type, 'client backend') = 'client backend'
      """;

  private OtherClients() {}

  /**
   * Refuses while anybody else is connected.
   *
   * @throws RefusedException naming the first of them
   */
  public static void requireNone(Connection connection, String nextStep) throws SQLException {
    List<String> others = new ArrayList<>();
    String sql =
        """
        SELECT 'pid ' || pid || ' (' || usename || coalesce(', ' || nullif(application_name, ''), '')
               || coalesce(', from ' || client_addr::text, '') || ')'
        """
            + OTHERS
            + " ORDER BY pid";
    try (Statement statement = connection.createStatement()) {
      // Else a transaction goes on seeing those whom its first look has found.
      statement.execute("SELECT pg_stat_clear_snapshot()");
      try (ResultSet rows = statement.executeQuery(sql)) {
        while (rows.next()) {
          others.add(rows.getString(1));
        }
      }
    }
    if (!others.isEmpty()) {
      String more = others.size() > SHOWN ? " and %d more".formatted(others.size() - SHOWN) : "";
      throw new RefusedException(
          "others are connected to this database: %s%s"
              .formatted(
                  String.join(", ", others.subList(0, Math.min(SHOWN, others.size()))), more),
          nextStep,
          null);
    }
  }

  /** Ends their sessions, and waits until they are gone, 5 s at most each. */
  public static void disconnect(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SELECT pg_terminate_backend(pid, 5000) " + OTHERS);
    }
  }
}
