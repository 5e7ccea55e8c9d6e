package dev.gatewaydb.migrator;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Undoes what one migration SET, before the next, and puts our limits on it. */
final class SessionSettings {
  /** CONCURRENTLY waits for other transactions by design; an hour says that one of them hangs. */
  private static final Duration OUTSIDE_DEADLINE = Duration.ofHours(1);

  private static final String RESET = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL;";

  private final MigratorOptions options;
  private final String searchPath;

  private SessionSettings(MigratorOptions options, String searchPath) {
    this.options = options;
    this.searchPath = searchPath;
  }

  /** Remembers the search_path as it is now. */
  static SessionSettings of(Connection connection, MigratorOptions options) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT current_setting('search_path')")) {
      row.next();
      return new SessionSettings(options, row.getString(1));
    }
  }

  /** For the transaction that has begun. */
  void beforeTransaction(Connection connection) throws SQLException {
    execute(
        connection,
        "%s %s SET LOCAL lock_timeout = %d; SET LOCAL statement_timeout = %d"
            .formatted(
                RESET,
                pathSetting(),
                options.lockTimeout().toMillis(),
                options.statementTimeout().toMillis()));
  }

  /** For statements that run outside any transaction. */
  void beforeOutside(Connection connection) throws SQLException {
    Duration deadline =
        options.statementTimeout().isZero() ? OUTSIDE_DEADLINE : options.statementTimeout();
    execute(
        connection,
        "%s %s SET lock_timeout = 0; SET statement_timeout = %d"
            .formatted(RESET, pathSetting(), deadline.toMillis()));
  }

  void reset(Connection connection) throws SQLException {
    execute(connection, RESET + " " + pathSetting());
  }

  private String pathSetting() {
    return "SELECT set_config('search_path', '%s', false);"
        .formatted(searchPath.replace("'", "''"));
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
