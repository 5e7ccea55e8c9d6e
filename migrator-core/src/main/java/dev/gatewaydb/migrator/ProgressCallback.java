package dev.gatewaydb.migrator;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.callback.Warning;
import org.flywaydb.core.internal.exception.FlywaySqlException;

/**
 * Turns Flyway's events into a {@link MigrationListener}'s; gives each migration a clean session.
 */
final class ProgressCallback extends BaseCallback {
  private final MigrationListener listener;
  private final SessionState session;
  private final Watcher watcher;
  private Optional<String> running = Optional.empty();
  private boolean transactional = true;
  private long startedAt;

  ProgressCallback(MigrationListener listener, SessionState session, Watcher watcher) {
    this.listener = listener;
    this.watcher = watcher;
    this.session = session;
  }

  @Override
  public boolean supports(Event event, Context context) {
    return switch (event) {
      case BEFORE_EACH_MIGRATE, AFTER_EACH_MIGRATE, AFTER_EACH_MIGRATE_STATEMENT, AFTER_MIGRATE ->
          true;
      default -> false;
    };
  }

  @Override
  public void handle(Event event, Context context) {
    switch (event) {
      case BEFORE_EACH_MIGRATE -> {
        start(context);
        listener.started(context.getMigrationInfo().getScript());
      }
      case AFTER_EACH_MIGRATE -> {
        watcher.idle();
        listener.finished(
            context.getMigrationInfo().getScript(),
            Duration.ofNanos(System.nanoTime() - startedAt));
      }
      case AFTER_MIGRATE -> reset();
      case AFTER_EACH_MIGRATE_STATEMENT ->
          context.getStatement().getWarnings().forEach(this::notice);
      default -> throw new IllegalStateException("not asked for: " + event);
    }
  }

  private void start(Context context) {
    try {
      session.resetAndLimit(context.getConnection());
      transactional = !context.getConnection().getAutoCommit();
    } catch (SQLException e) {
      throw new FlywaySqlException("Unable to reset the session's settings", e);
    }
    running = Optional.of(context.getMigrationInfo().getScript());
    startedAt = System.nanoTime();
    watcher.busy();
  }

  /** Nothing runs. */
  void reset() {
    running = Optional.empty();
    transactional = true;
  }

  /** The script whose statements run, or have run and are not recorded yet. */
  Optional<String> running() {
    return running;
  }

  /** Whether the running script is in a transaction; true when none runs. */
  boolean isTransactional() {
    return transactional;
  }

  private void notice(Warning warning) {
    listener.notice(warning.getState(), warning.getMessage());
  }
}
