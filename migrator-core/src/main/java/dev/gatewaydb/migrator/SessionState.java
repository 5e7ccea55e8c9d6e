package dev.gatewaydb.migrator;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;
import org.postgresql.core.Utils;

/**
 * A session as it was found: what a migration sets doesn't reach the next one, and a pool gets its
 * connection back as it gave it.
 */
final class SessionState implements AutoCloseable {
  /** CONCURRENTLY waits for other transactions by design; an hour says that one of them hangs. */
  private static final Duration OUTSIDE_DEADLINE = Duration.ofHours(1);

  private final Connection connection;
  private final MigratorOptions options;
  private final Map<String, String> settings;
  private @Nullable String restore;

  private SessionState(
      Connection connection, MigratorOptions options, Map<String, String> settings) {
    this.connection = connection;
    this.options = options;
    this.settings = settings;
  }

  /** Switches auto-commit on, for good: an open transaction would stop CONCURRENTLY. */
  static SessionState of(Connection connection, MigratorOptions options) throws SQLException {
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
    return new SessionState(connection, options, settings);
  }

  /** Limits the transaction that has begun. */
  void limit(Connection handle) throws SQLException {
    execute(handle, limits());
  }

  /** Undoes what an earlier migration SET, and limits the transaction that has begun. */
  void resetAndLimit(Connection handle) throws SQLException {
    execute(handle, restore(handle) + "; " + limits());
  }

  private String limits() {
    return "SET LOCAL lock_timeout = %d; SET LOCAL statement_timeout = %d"
        .formatted(options.lockTimeout().toMillis(), options.statementTimeout().toMillis());
  }

  /** The same for statements that run outside any transaction. */
  void beforeOutside(Connection handle) throws SQLException {
    Duration deadline =
        options.statementTimeout().isZero() ? OUTSIDE_DEADLINE : options.statementTimeout();
    execute(
        handle,
        "%s; SET lock_timeout = 0; SET statement_timeout = %d"
            .formatted(restore(handle), deadline.toMillis()));
  }

  /** Until the transaction ends, its user is again who connected, whatever role a script took. */
  void takeRoleBack(Connection handle) throws SQLException {
    execute(
        handle,
        "SET LOCAL SESSION AUTHORIZATION DEFAULT; SELECT set_config('role', %s, true)"
            .formatted(literal(settings.getOrDefault("role", "none"))));
  }

  /** Undoes what a script SET. */
  void reset(Connection handle) throws SQLException {
    execute(handle, restore(handle));
  }

  /**
   * SQL that makes the settings what they were, in one round trip: this runs after each migration.
   * A history schema that was asked for leads the search_path, as Flyway has it while it migrates;
   * what runs without Flyway finds the same tables.
   */
  private String restore(Connection handle) throws SQLException {
    if (restore == null) {
      Map<String, String> wanted = new LinkedHashMap<>(settings);
      try (Statement statement = handle.createStatement();
          ResultSet row = statement.executeQuery("SHOW search_path")) {
        row.next();
        wanted.put("search_path", searchPath(row.getString(1)));
      }
      restore = "RESET SESSION AUTHORIZATION; RESET ALL; " + assignments(wanted);
    }
    return restore;
  }

  private String searchPath(String current) {
    String first = options.historySchema().map(HistoryTable::quoted).orElse("");
    if (first.isEmpty() || current.startsWith(first)) {
      return current;
    }
    return current.isBlank() ? first : first + ", " + current;
  }

  private static String assignments(Map<String, String> settings) throws SQLException {
    StringJoiner sql = new StringJoiner(", ", "SELECT ", "");
    for (Map.Entry<String, String> setting : settings.entrySet()) {
      sql.add(
          "set_config(%s, %s, false)"
              .formatted(literal(setting.getKey()), literal(setting.getValue())));
    }
    return sql.toString();
  }

  private static String literal(String text) throws SQLException {
    StringBuilder quoted = new StringBuilder(" E'");
    Utils.escapeLiteral(quoted, text, false);
    return quoted.append("'").toString();
  }

  private static void execute(Connection handle, String sql) throws SQLException {
    try (Statement statement = handle.createStatement()) {
      statement.execute(sql);
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
      execute(connection, assignments(settings));
    } catch (SQLException e) {
      connection.abort(Runnable::run);
    }
  }
}
