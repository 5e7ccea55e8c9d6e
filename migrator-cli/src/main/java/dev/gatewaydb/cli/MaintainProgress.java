package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.operate.maintain.MaintenanceListener;
import java.time.Duration;

/** Rate and time left, every few seconds; and how far it got, when Ctrl-C ends it. */
final class MaintainProgress implements MaintenanceListener, AutoCloseable {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(2);

  private final Console console;
  private final Thread goodbye = new Thread(this::sayHowFar, "gwdb-maintain-goodbye");
  private volatile String what = "";
  private volatile long rows;
  private long startedAt;
  private long shownAt;

  MaintainProgress(Console console) {
    this.console = console;
    Runtime.getRuntime().addShutdownHook(goodbye);
  }

  @Override
  public void progress(String name, long deleted, double share) {
    long now = System.nanoTime();
    if (!name.equals(what)) {
      what = name;
      startedAt = now;
      shownAt = now;
    } else if (now - shownAt >= BETWEEN_LINES.toNanos()) {
      shownAt = now;
      double seconds = (now - startedAt) / 1e9;
      console.progress(
          "%s: %d rows deleted%s, %.0f rows/s%s"
              .formatted(
                  name,
                  deleted,
                  Double.isNaN(share) ? "" : " (%.0f %%)".formatted(100 * share),
                  deleted / seconds,
                  share > 0 ? ", %.0f s left".formatted(seconds * (1 - share) / share) : ""));
    }
    rows = deleted;
  }

  @Override
  public void waitingForStandby(long lagBytes, Duration waited) {
    console.progress(
        "paused for %d s: a standby is %d MiB behind"
            .formatted(waited.toSeconds(), lagBytes >> 20));
  }

  @Override
  public void waitingForLock(String name, String holder, Duration waited) {
    console.progress(
        "waiting for %d s: %s is locked by %s".formatted(waited.toSeconds(), name, holder));
  }

  @Override
  public void begins(String name, int number, int of) {
    console.progress("%d of %d: %s".formatted(number, of, name));
  }

  private void sayHowFar() {
    if (!what.isEmpty()) {
      console.progress(
          "stopped: %d rows of %s are deleted and stay so; the same command goes on from there"
              .formatted(rows, what));
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(goodbye);
    } catch (IllegalStateException e) {
      // It runs.
    }
  }
}
