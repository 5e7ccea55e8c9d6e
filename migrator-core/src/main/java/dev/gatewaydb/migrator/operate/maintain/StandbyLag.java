package dev.gatewaydb.migrator.operate.maintain;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Holds batches back while a standby is too far behind; as gateway-dao's rotation does. */
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
  private final MaintenanceListener listener;
  private long lookedAt = System.nanoTime() - BETWEEN_LOOKS.toNanos();

  /** 0: for ever. */
  StandbyLag(Connection connection, long mostBytes, MaintenanceListener listener) {
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
      Query.pause(BETWEEN_LOOKS);
    }
    lookedAt = System.nanoTime();
  }

  private long bytes() throws SQLException {
    return Query.number(connection, LAG);
  }
}
