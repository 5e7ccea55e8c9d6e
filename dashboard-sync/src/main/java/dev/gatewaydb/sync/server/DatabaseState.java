package dev.gatewaydb.sync.server;

import dev.gatewaydb.migrator.MigrationStatus;
import dev.gatewaydb.migrator.operate.health.HealthReport;
import java.time.Instant;

/**
 * The database at one moment.
 *
 * @param at by this machine's clock
 */
record DatabaseState(
    Instant at, MigrationStatus migrations, HealthReport health, SchemaMark schema) {
  /** Whether the next migrate would find nothing to do, and nothing wrong. */
  boolean isMigrated() {
    return migrations.pending().isEmpty() && migrations.unsound().isEmpty();
  }
}
