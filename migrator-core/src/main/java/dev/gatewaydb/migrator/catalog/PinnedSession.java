package dev.gatewaydb.migrator.catalog;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;

/** A transaction in which PostgreSQL writes definitions the same way, however a session is set. */
final class PinnedSession {
  /** What an object that is dropped meanwhile leads to: internal_error, "cache lookup failed". */
  private static final String CACHE_LOOKUP_FAILED = "XX000";

  private static final int TRIES = 5;

  /** The ones that pg_dump sets, and those that change how constants are written. */
  private static final String SETTINGS =
      """
      SET LOCAL search_path = '';
      SET LOCAL quote_all_identifiers = off;
      SET LOCAL datestyle = 'ISO, YMD';
      SET LOCAL intervalstyle = postgres;
      SET LOCAL timezone = 'UTC';
      SET LOCAL extra_float_digits = 3;
      SET LOCAL bytea_output = hex;
      SET LOCAL xmlbinary = base64;
      SET LOCAL jit = off;
      SET LOCAL statement_timeout = 0
      """;

  private PinnedSession() {}

  interface Work<T> {
    T run() throws SQLException;
  }

  static <T> T in(Connection connection, Work<T> work) throws SQLException {
    for (int tries = 1; ; tries++) {
      try {
        return connection.getAutoCommit() ? alone(connection, work) : within(connection, work);
      } catch (SQLException e) {
        if (tries == TRIES || !CACHE_LOOKUP_FAILED.equals(e.getSQLState())) {
          throw e;
        }
      }
    }
  }

  private static <T> T alone(Connection connection, Work<T> work) throws SQLException {
    execute(connection, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    try {
      execute(connection, SETTINGS);
      return work.run();
    } finally {
      execute(connection, "ROLLBACK");
    }
  }

  private static <T> T within(Connection connection, Work<T> work) throws SQLException {
    Savepoint before = connection.setSavepoint();
    try {
      execute(connection, SETTINGS);
      return work.run();
    } finally {
      connection.rollback(before);
    }
  }

  private static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
