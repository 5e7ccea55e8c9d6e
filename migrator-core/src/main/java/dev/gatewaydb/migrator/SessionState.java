package dev.gatewaydb.migrator;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A session as it was found: what a migration sets doesn't reach the next one, and a pool gets its
 * connection back as it gave it.
 */
final class SessionState implements AutoCloseable {
  private final Connection connection;
  private final Map<String, String> settings;

  private SessionState(Connection connection, Map<String, String> settings) {
    this.connection = connection;
    this.settings = settings;
  }

  /** Switches auto-commit on, for good: an open transaction would stop CONCURRENTLY. */
  static SessionState of(Connection connection) throws SQLException {
    connection.setAutoCommit(true);
    Map<String, String> settings = new LinkedHashMap<>();
    String sql =
        """
        SELECT 'role', current_setting('role')
         UNION ALL
        SELECT name, setting FROM pg_settings WHERE source = 'session' AND context <> 'internal'
        """;
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        settings.put(rows.getString(1), rows.getString(2));
      }
    }
    return new SessionState(connection, settings);
  }

  /** Before each migration; keeps the search_path, which Flyway has just set. */
  void restoreSettings(Connection handle) throws SQLException {
    Map<String, String> wanted = new LinkedHashMap<>(settings);
    try (Statement statement = handle.createStatement()) {
      try (ResultSet row = statement.executeQuery("SHOW search_path")) {
        row.next();
        wanted.put("search_path", row.getString(1));
      }
      statement.execute("RESET SESSION AUTHORIZATION; RESET ALL");
    }
    apply(handle, wanted);
  }

  private static void apply(Connection connection, Map<String, String> settings)
      throws SQLException {
    String sql = "SELECT set_config(n, v, false) FROM unnest(?, ?) AS s (n, v)";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      Array names = connection.createArrayOf("text", settings.keySet().toArray());
      Array values = connection.createArrayOf("text", settings.values().toArray());
      statement.setArray(1, names);
      statement.setArray(2, values);
      statement.execute();
    }
  }

  /** Drops locks, temporary tables and settings; a connection that can't be cleaned is closed. */
  @Override
  public void close() throws SQLException {
    if (connection.isClosed()) {
      return;
    }
    try {
      try (Statement statement = connection.createStatement()) {
        statement.execute("ROLLBACK");
        statement.execute("DISCARD ALL");
      }
      apply(connection, settings);
    } catch (SQLException e) {
      connection.abort(Runnable::run);
    }
  }
}
