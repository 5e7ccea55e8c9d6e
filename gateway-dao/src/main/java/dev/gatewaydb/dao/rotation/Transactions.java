package dev.gatewaydb.dao.rotation;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/**
 * What every transaction that reads or writes secrets begins with; nothing stays behind in the
 * session.
 */
final class Transactions {
  // Keys are bound as text, so a role's or database's own settings must not change that text. Row
  // security would hide rows; off, it is an error. The planner gets no choice but the primary key:
  // under stale statistics it would read the whole table for each batch.
  private static final String BEGINNING =
      """
      SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
      SET LOCAL bytea_output = 'hex'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL TimeZone = 'UTC';
      SET LOCAL IntervalStyle = 'postgres'; SET LOCAL extra_float_digits = 1;
      SET LOCAL row_security = off; SET LOCAL jit = off;
      SET LOCAL enable_seqscan = off; SET LOCAL enable_bitmapscan = off; SET LOCAL enable_sort = off;
      SET LOCAL enable_hashjoin = off; SET LOCAL enable_mergejoin = off
      """;

  private Transactions() {}

  static void prepare(Connection connection) throws SQLException {
    execute(connection, BEGINNING);
  }

  static void limitLockWait(Connection connection, Duration timeout) throws SQLException {
    execute(connection, "SET LOCAL lock_timeout = " + timeout.toMillis());
  }

  static void execute(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
