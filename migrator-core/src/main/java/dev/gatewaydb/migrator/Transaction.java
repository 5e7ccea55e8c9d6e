package dev.gatewaydb.migrator;

import java.sql.Connection;
import java.sql.SQLException;

/** One transaction on a connection that commits by itself otherwise. */
final class Transaction {
  private Transaction() {}

  /** What happens in it, without a result. */
  @FunctionalInterface
  interface Work {
    void run() throws SQLException;
  }

  /** What happens in it. */
  @FunctionalInterface
  interface Call<T> {
    T run() throws SQLException;
  }

  static void run(Connection connection, Work work) throws SQLException {
    call(
        connection,
        () -> {
          work.run();
          return true;
        });
  }

  /** Commits what was done, or rolls it back and says why. */
  static <T> T call(Connection connection, Call<T> work) throws SQLException {
    connection.setAutoCommit(false);
    try {
      T result = work.run();
      connection.commit();
      connection.setAutoCommit(true);
      return result;
    } catch (SQLException | RuntimeException e) {
      rollBack(connection, e);
      throw e;
    }
  }

  /** A connection that can't be rolled back is gone, and the server has done it. */
  private static void rollBack(Connection connection, Exception cause) {
    try {
      if (!connection.isClosed()) {
        connection.rollback();
        connection.setAutoCommit(true);
      }
    } catch (SQLException e) {
      cause.addSuppressed(e);
    }
  }
}
