package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.MigrationListener;
import java.time.Duration;

/** Shows a migration's progress on stderr. */
final class ConsoleListener implements MigrationListener {
  private final Console console;
  private int total;
  private int done;

  ConsoleListener(Console console) {
    this.console = console;
  }

  @Override
  public void waitingForLock(String holder, Duration waited) {
    console.progress(
        "waiting for another migration to finish (%s, %d s)".formatted(holder, waited.toSeconds()));
  }

  @Override
  public void planned(int pending) {
    total = pending;
    done = 0;
  }

  @Override
  public void finished(String script, Duration duration) {
    done++;
    console.progress("[%d/%d] %s (%d ms)".formatted(done, total, script, duration.toMillis()));
  }

  @Override
  public void notice(String severity, String message) {
    console.progress("%s: %s".formatted(severity, message));
  }
}
