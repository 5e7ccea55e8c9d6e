package dev.gatewaydb.dao.rotation;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

/** Holds an online run back while a standby is too far behind. */
final class StandbyLag {
  // A standby's position is visible to superusers and pg_monitor; others never pause.
  private static final String LAG =
      """
      SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)), 0)::bigint
        FROM pg_stat_replication
      """;
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

  private final Connection connection;
  private final long mostBytes;
  private final RotationListener listener;
  private long lookedAt = System.nanoTime() - BETWEEN_LOOKS.toNanos();

  StandbyLag(Connection connection, long mostBytes, RotationListener listener) {
    this.connection = connection;
    this.mostBytes = mostBytes;
    this.listener = listener;
  }

  /** Returns when no standby is further behind than allowed. */
  void await() throws SQLException {
    long start = System.nanoTime();
    if (mostBytes == 0 || start - lookedAt < BETWEEN_LOOKS.toNanos()) {
      return;
    }
    for (long lag = bytes(); lag > mostBytes; lag = bytes()) {
      listener.waitingForStandby(lag, Duration.ofNanos(System.nanoTime() - start));
      try {
        Thread.sleep(BETWEEN_LOOKS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new SQLException("interrupted", "57014", e);
      }
    }
    lookedAt = System.nanoTime();
  }

  private long bytes() throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(LAG)) {
      row.next();
      long bytes = row.getLong(1);
      connection.commit();
      return bytes;
    }
  }
}
