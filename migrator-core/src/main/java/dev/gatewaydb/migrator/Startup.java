package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.connect.ConnectFailure;
import dev.gatewaydb.migrator.error.UnreachableException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Migrates when a service starts: waits for the database, and is in nobody's way. */
final class Startup {
  private static final Logger LOG = LoggerFactory.getLogger(Migrator.class);

  private final StartupPolicy policy;
  private final long deadline;

  Startup(StartupPolicy policy) {
    this.policy = policy;
    this.deadline = System.nanoTime() + policy.totalTime().toNanos();
  }

  MigrateReport run(DataSource dataSource, MigrationSet migrations, MigratorOptions options) {
    LOG.info("Running database migrations...");
    for (int attempt = 1; ; attempt++) {
      try {
        MigrateReport report =
            new Migrator(
                    dataSource, migrations, options.withLockWait(left()), MigrationListener.SILENT)
                .migrate();
        LOG.info("Database migrations completed");
        return report;
      } catch (UnreachableException e) {
        if (attempt >= policy.attempts() || left().isZero() || !mayPass(e)) {
          throw e;
        }
        LOG.warn("{} (attempt {} of {})", e.getMessage(), attempt, policy.attempts());
        pause(e);
      }
    }
  }

  private Duration left() {
    return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
  }

  private static boolean mayPass(UnreachableException e) {
    return e.getCause() instanceof SQLException sql && ConnectFailure.mayPass(sql);
  }

  private void pause(UnreachableException reason) {
    try {
      Duration left = left();
      Thread.sleep(policy.interval().compareTo(left) < 0 ? policy.interval() : left);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw reason;
    }
  }
}
