package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.FailedException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;

/**
 * Tries again what ran into lock_timeout, the whole transaction, after pauses that double up to a
 * limit and are jittered by half, so that the ones who hold the lock get through in between.
 */
final class LockRetries {
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final long FIRST_PAUSE_MILLIS = 200;
  private static final long LONGEST_PAUSE_MILLIS = 10_000;

  private final MigratorOptions options;
  private final Watcher watcher;
  private final MigrationListener listener;

  LockRetries(MigratorOptions options, Watcher watcher, MigrationListener listener) {
    this.options = options;
    this.watcher = watcher;
    this.listener = listener;
  }

  <T> T run(Supplier<T> work) {
    for (int retry = 1; ; retry++) {
      try {
        watcher.busy();
        return work.get();
      } catch (FailedException e) {
        if (!MigrationFailure.hasState(e, LOCK_NOT_AVAILABLE)) {
          throw e;
        }
        String blocker = watcher.lastBlocker();
        if (retry > options.lockRetries()) {
          throw new FailedException(
              "%s%ngave up after %s%s"
                  .formatted(
                      e.getMessage(),
                      tries(retry),
                      blocker.isEmpty() ? "" : "; blocked by " + blocker),
              "Nothing of it remains. End the blocking transaction, or raise --lock-timeout or --lock-retries, then run this again.",
              e);
        }
        Duration pause = pause(retry);
        listener.retrying(retry, options.lockRetries(), pause, blocker);
        sleep(pause);
      } finally {
        watcher.idle();
      }
    }
  }

  interface Work {
    void run() throws SQLException;
  }

  /** For what can't be rolled back: it is watched as well, and never tried again. */
  void once(Work work) throws SQLException {
    try {
      watcher.busy();
      work.run();
    } finally {
      watcher.idle();
    }
  }

  private static Duration pause(int retry) {
    long full = Math.min(LONGEST_PAUSE_MILLIS, FIRST_PAUSE_MILLIS << Math.min(retry - 1, 10));
    return Duration.ofMillis(ThreadLocalRandom.current().nextLong(full / 2, full + 1));
  }

  private static void sleep(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new FailedException("interrupted while waiting for a lock", "", e);
    }
  }

  private String tries(int count) {
    String limit = seconds(options.lockTimeout());
    return count == 1 ? limit : "%d tries of %s each".formatted(count, limit);
  }

  private static String seconds(Duration duration) {
    return duration.toMillis() / 1000.0 + " s";
  }
}
