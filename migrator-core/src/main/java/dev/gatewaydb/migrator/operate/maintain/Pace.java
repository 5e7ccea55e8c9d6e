package dev.gatewaydb.migrator.operate.maintain;

import java.time.Duration;

/**
 * How much a batch does: as much as fits in half a second, so that nobody waits longer for a row.
 * Starts small, since what a row costs (triggers, foreign keys) shows only then.
 */
final class Pace {
  static final Duration WANTED = Duration.ofMillis(500);

  /** A batch that takes longer is cancelled, and done again in smaller ones. */
  static final Duration MOST = Duration.ofSeconds(2);

  private static final int SHRUNK = 8;

  private final int most;
  private int size;

  Pace(int first, int most) {
    this.most = Math.max(1, most);
    this.size = Math.min(first, this.most);
  }

  int size() {
    return size;
  }

  void took(Duration time) {
    if (time.compareTo(WANTED) > 0) {
      size = Math.max(1, size / 2);
    } else if (time.multipliedBy(3).compareTo(WANTED) < 0) {
      size = Math.min(most, size * 2);
    }
  }

  void tookTooLong() {
    size = Math.max(1, size / SHRUNK);
  }

  /** 0, which is none, for what can't be made smaller. */
  long timeoutMillis() {
    return size == 1 ? 0 : MOST.toMillis();
  }
}
