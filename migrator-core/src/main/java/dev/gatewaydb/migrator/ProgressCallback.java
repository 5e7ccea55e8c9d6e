package dev.gatewaydb.migrator;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.callback.BaseCallback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;
import org.flywaydb.core.api.callback.Warning;
import org.jspecify.annotations.Nullable;

/** Turns Flyway's events into a {@link MigrationListener}'s, and resets the session in between. */
final class ProgressCallback extends BaseCallback {
  private final MigrationListener listener;
  private final MigratorOptions options;
  private @Nullable SessionSettings settings;
  private long startedAt;

  ProgressCallback(MigrationListener listener, MigratorOptions options) {
    this.listener = listener;
    this.options = options;
  }

  @Override
  public boolean supports(Event event, Context context) {
    return switch (event) {
      case BEFORE_EACH_MIGRATE, AFTER_EACH_MIGRATE, AFTER_EACH_MIGRATE_STATEMENT -> true;
      default -> false;
    };
  }

  @Override
  public void handle(Event event, Context context) {
    switch (event) {
      case BEFORE_EACH_MIGRATE -> {
        startedAt = System.nanoTime();
        prepareSession(context.getConnection());
        listener.started(context.getMigrationInfo().getScript());
      }
      case AFTER_EACH_MIGRATE ->
          listener.finished(
              context.getMigrationInfo().getScript(),
              Duration.ofNanos(System.nanoTime() - startedAt));
      case AFTER_EACH_MIGRATE_STATEMENT ->
          context.getStatement().getWarnings().forEach(this::notice);
      default -> throw new IllegalStateException("not asked for: " + event);
    }
  }

  private void prepareSession(Connection connection) {
    try {
      if (settings == null) {
        settings = SessionSettings.of(connection, options);
      }
      settings.beforeTransaction(connection);
    } catch (SQLException e) {
      throw new FlywayException("can't prepare the session", e);
    }
  }

  private void notice(Warning warning) {
    listener.notice(warning.getState(), warning.getMessage());
  }
}
