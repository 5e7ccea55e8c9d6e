package dev.gatewaydb.cli;

import dev.gatewaydb.dao.rotation.RotationListener;
import java.time.Duration;

/** Rate and time left, every few seconds. */
final class SecretsProgress implements RotationListener {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(2);

  private final Console console;
  private String table = "";
  private long startedAt;
  private long startedWith;
  private long shownAt;

  SecretsProgress(Console console) {
    this.console = console;
  }

  @Override
  public void progress(String name, long done, long total) {
    long now = System.nanoTime();
    if (!name.equals(table)) {
      table = name;
      startedAt = now;
      startedWith = done;
      shownAt = now;
    } else if (now - shownAt >= BETWEEN_LINES.toNanos()) {
      shownAt = now;
      double seconds = (now - startedAt) / 1e9;
      double rate = (done - startedWith) / seconds;
      console.progress(
          "%s: %d of %d (%d %%), %.0f rows/s, %.0f s left"
              .formatted(
                  name,
                  done,
                  total,
                  total == 0 ? 100 : Math.min(100, 100 * done / total),
                  rate,
                  Math.max(0, total - done) / Math.max(1, rate)));
    }
  }

  @Override
  public void resumed(String name, long done) {
    console.progress("%s: goes on after %d rows that an earlier run did".formatted(name, done));
  }

  @Override
  public void waitingForStandby(long lagBytes, Duration waited) {
    console.progress(
        "paused for %d s: a standby is %d MiB behind"
            .formatted(waited.toSeconds(), lagBytes >> 20));
  }
}
