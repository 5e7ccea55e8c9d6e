package dev.gatewaydb.migrator;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a migration from a second connection while it takes long: who blocks it, and how far an
 * index has come. Opens that connection only when there is something to look at.
 */
final class Watcher implements AutoCloseable {
  private static final long FIRST_LOOK_MILLIS = 700;
  private static final long EVERY_MILLIS = 500;
  private static final long LEAST_MILLIS = 20;

  private final DataSource dataSource;
  private final int backend;
  private final MigrationListener listener;
  private final long firstLookMillis;
  private final long everyMillis;
  private final Thread thread;
  private volatile boolean stopped;
  private volatile String blocker = "";
  private volatile long busySince;
  private @Nullable Connection connection;

  /**
   * @param lockTimeout of what is watched; zero: none
   */
  Watcher(DataSource dataSource, int backend, Duration lockTimeout, MigrationListener listener) {
    this.dataSource = dataSource;
    this.backend = backend;
    this.listener = listener;
    // Whoever blocks it has to be seen before the lock_timeout ends the wait.
    long atMost =
        lockTimeout.isZero()
            ? FIRST_LOOK_MILLIS
            : Math.max(LEAST_MILLIS, lockTimeout.toMillis() / 3);
    this.firstLookMillis = Math.min(FIRST_LOOK_MILLIS, atMost);
    this.everyMillis = Math.min(EVERY_MILLIS, atMost);
    this.thread = Thread.ofPlatform().daemon().name("gwdb-watcher").unstarted(this::watch);
  }

  /** A script starts. Called, like {@link #idle} and {@link #close}, by the thread that runs it. */
  void busy() {
    blocker = "";
    busySince = System.nanoTime();
    if (thread.getState() == Thread.State.NEW) {
      thread.start();
    }
    LockSupport.unpark(thread);
  }

  /** It is over. */
  void idle() {
    busySince = 0;
  }

  /** Who was last seen to block it; empty when nobody was. */
  String lastBlocker() {
    return blocker;
  }

  private void watch() {
    while (!stopped) {
      long since = busySince;
      if (since == 0) {
        LockSupport.park(this);
      } else {
        long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since);
        if (millis >= firstLookMillis) {
          look(since, Duration.ofMillis(millis));
        }
        LockSupport.parkNanos(
            this,
            TimeUnit.MILLISECONDS.toNanos(
                millis < firstLookMillis ? firstLookMillis - millis : everyMillis));
      }
    }
  }

  private void look(long since, Duration elapsed) {
    try {
      Connection open = connection;
      if (open == null || open.isClosed()) {
        open = dataSource.getConnection();
        connection = open;
      }
      String blocking = query(open, BLOCKER);
      String progress = blocking.isEmpty() ? query(open, PROGRESS) : "";
      if (!blocking.isEmpty()) {
        blocker = blocking;
      }
      if (busySince != since) {
        return;
      }
      if (blocking.isEmpty()) {
        listener.running(elapsed, progress);
      } else {
        listener.blocked(blocking, elapsed);
      }
    } catch (SQLException e) {
      // Watching is a courtesy: the migration itself will say what is wrong with the server.
      listener.running(elapsed, "");
    }
  }

  private static final String BLOCKER =
      """
      SELECT 'pid ' || a.pid || coalesce(' (' || nullif(a.application_name, '') || ')', '') || ', '
             || coalesce(a.state, 'unknown state') || ', transaction open for '
             || coalesce(round(extract(epoch FROM clock_timestamp() - a.xact_start)), 0) || ' s: '
             || regexp_replace(left(a.query, 200), '\\s+', ' ', 'g')
        FROM unnest(pg_blocking_pids(?)) AS b(pid) JOIN pg_stat_activity a USING (pid)
       ORDER BY a.xact_start LIMIT 1
      """;

  private static final String PROGRESS =
      """
      SELECT phase || CASE WHEN blocks_total > 0
                           THEN ', ' || (100 * blocks_done / blocks_total) || ' %'
                           WHEN tuples_total > 0
                           THEN ', ' || (100 * tuples_done / tuples_total) || ' %'
                           ELSE '' END
        FROM pg_stat_progress_create_index WHERE pid = ?
      """;

  private String query(Connection open, String sql) throws SQLException {
    try (PreparedStatement statement = open.prepareStatement(sql)) {
      statement.setInt(1, backend);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : "";
      }
    }
  }

  @Override
  public void close() throws SQLException {
    stopped = true;
    busySince = 0;
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    LockSupport.unpark(thread);
    try {
      thread.join(TimeUnit.SECONDS.toMillis(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Connection open = connection;
    if (open != null) {
      open.close();
    }
  }
}
