package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.RefusedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Flyway's own advisory lock, held for a whole operation; Flyway's nests inside it, and a stock
 * Flyway elsewhere waits. Polls instead of blocking: a session that waits in pg_advisory_lock holds
 * a snapshot, which CREATE INDEX CONCURRENTLY waits for in turn.
 */
public final class MigrationLock implements AutoCloseable {
  private static final int POLL_MIN_MILLIS = 50;
  private static final int POLL_MAX_MILLIS = 150;

  private final Connection connection;
  private final long key;

  private MigrationLock(Connection connection, long key) {
    this.connection = connection;
    this.key = key;
  }

  static MigrationLock acquire(
      Connection connection,
      HistoryTable table,
      MigratorOptions options,
      MigrationListener listener)
      throws SQLException {
    long key = table.lockKey();
    await(connection, "SELECT pg_try_advisory_lock(?)", key, options, listener);
    return new MigrationLock(connection, key);
  }

  /**
   * Takes it until the end of the connection's transaction, so that it holds behind a pooler, too.
   *
   * @throws RefusedException when somebody else has held it for all of {@code options.lockWait()}
   */
  public static void acquireInTransaction(
      Connection connection, MigratorOptions options, MigrationListener listener)
      throws SQLException {
    long key = key(connection, options);
    await(connection, "SELECT pg_try_advisory_xact_lock(?)", key, options, listener);
  }

  /** The advisory lock's key, which follows from the history table's name. */
  public static long key(Connection connection, MigratorOptions options) throws SQLException {
    return HistoryTable.resolve(connection, options).lockKey();
  }

  private static void await(
      Connection connection,
      String sql,
      long key,
      MigratorOptions options,
      MigrationListener listener)
      throws SQLException {
    long start = System.nanoTime();
    long nextReport = 0;
    while (!call(connection, sql, key)) {
      Duration waited = Duration.ofNanos(System.nanoTime() - start);
      if (waited.compareTo(options.lockWait()) >= 0) {
        throw new RefusedException(
            "another process migrates this database: %s has held the lock for the %d s waited"
                .formatted(holder(connection, key), waited.toSeconds()),
            "Wait until it is done and run this again; if it hangs, look at it in pg_stat_activity.",
            null);
      }
      if (waited.toSeconds() >= nextReport) {
        listener.waitingForLock(holder(connection, key), waited);
        nextReport = waited.toSeconds() + 1;
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(ThreadLocalRandom.current().nextInt(POLL_MIN_MILLIS, POLL_MAX_MILLIS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new RefusedException("interrupted while waiting for the migration lock", "", e);
    }
  }

  private static String holder(Connection connection, long key) throws SQLException {
    String sql =
        """
        SELECT 'pid ' || l.pid || coalesce(' (' || nullif(a.application_name, '') || ')', '')
          FROM pg_locks l LEFT JOIN pg_stat_activity a USING (pid)
         WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
           AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND (l.classid::bigint << 32) | l.objid::bigint = ?
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, key);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : "a session that has just ended";
      }
    }
  }

  private static boolean call(Connection connection, String sql, long key) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setLong(1, key);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Releases it; a connection that is gone has released it already. */
  @Override
  public void close() throws SQLException {
    if (!connection.isClosed()) {
      call(connection, "SELECT pg_advisory_unlock(?)", key);
    }
  }
}
