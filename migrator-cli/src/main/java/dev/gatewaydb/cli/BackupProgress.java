package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.operate.backup.BackupListener;
import java.time.Duration;

/** How a backup or a restore gets on, every few seconds. */
final class BackupProgress implements BackupListener {
  private static final Duration BETWEEN_LINES = Duration.ofSeconds(2);

  private final Console console;
  private final long startedAt = System.nanoTime();
  private long shownAt = startedAt;

  BackupProgress(Console console) {
    this.console = console;
  }

  @Override
  public void step(String what) {
    console.progress(what);
  }

  @Override
  public void progress(long bytes, String doing) {
    long now = System.nanoTime();
    if (now - shownAt >= BETWEEN_LINES.toNanos()) {
      shownAt = now;
      double seconds = (now - startedAt) / 1e9;
      String size = bytes == 0 ? "" : ", %s".formatted(Words.size(bytes));
      String rate = bytes == 0 ? "" : " (%s/s)".formatted(Words.size(Math.round(bytes / seconds)));
      console.progress(
          "%.0f s%s%s%s".formatted(seconds, size, rate, doing.isEmpty() ? "" : ": " + doing));
    }
  }
}
