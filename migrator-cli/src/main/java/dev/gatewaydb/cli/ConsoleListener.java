package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.MigrationListener;
import java.time.Duration;

/** Shows a migration's progress on stderr. */
final class ConsoleListener implements MigrationListener {
  private static final Duration WORTH_A_WORD = Duration.ofSeconds(3);

  private static final Duration WAIT_BETWEEN_LINES = Duration.ofSeconds(1);

  private final Console console;
  private final String prefix;
  private int total;
  private int done;
  private volatile String current = "";
  private volatile String statement = "";
  private long shownAt = System.nanoTime() - WAIT_BETWEEN_LINES.toNanos();

  ConsoleListener(Console console) {
    this(console, "");
  }

  /**
   * @param prefix of each line, to tell databases apart
   */
  ConsoleListener(Console console, String prefix) {
    this.console = console;
    this.prefix = prefix;
  }

  private void say(String line) {
    console.progress(prefix + line);
  }

  @Override
  public void waitingForLock(String holder, Duration waited) {
    say("waiting for another migration to finish (%s, %d s)".formatted(holder, waited.toSeconds()));
  }

  @Override
  public void planned(int pending) {
    total = pending;
    done = 0;
  }

  @Override
  public void started(String script) {
    current = script;
    statement = "";
  }

  @Override
  public void statement(int number, int of, int line) {
    statement = of == 1 ? "" : ", statement %d of %d (line %d)".formatted(number, of, line);
  }

  @Override
  public void finished(String script, Duration duration) {
    done++;
    say("[%d/%d] %s (%d ms)".formatted(done, total, script, duration.toMillis()));
  }

  @Override
  public void notice(String severity, String message) {
    // PostgreSQL's own reach people through Flyway's log, which has those of callbacks as well.
    if (severity.equals("NOTE")) {
      say("%s: %s".formatted(severity, message));
    }
  }

  @Override
  public void reverted(String script, Duration duration) {
    finished(script, duration);
  }

  @Override
  public void blocked(String blocker, Duration elapsed) {
    everySecond("waiting %d s for a lock held by %s".formatted(elapsed.toSeconds(), blocker));
  }

  @Override
  public void running(Duration elapsed, String progress) {
    if (elapsed.compareTo(WORTH_A_WORD) < 0) {
      return;
    }
    everySecond(
        "%s: running for %d s%s%s"
            .formatted(
                current,
                elapsed.toSeconds(),
                statement,
                progress.isEmpty() ? "" : ", " + progress));
  }

  @Override
  public void retrying(int retry, int retries, Duration pause, String blocker) {
    say(
        "%s: no lock in time%s; rolled back, retry %d of %d in %d ms"
            .formatted(
                current,
                blocker.isEmpty() ? "" : ", held by " + blocker,
                retry,
                retries,
                pause.toMillis()));
  }

  /** The watcher looks more often than somebody reads. */
  private void everySecond(String line) {
    long now = System.nanoTime();
    if (now - shownAt >= WAIT_BETWEEN_LINES.toNanos()) {
      shownAt = now;
      say(line);
    }
  }
}
