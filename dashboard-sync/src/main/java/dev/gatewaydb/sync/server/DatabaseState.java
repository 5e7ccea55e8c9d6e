package dev.gatewaydb.sync.server;

import dev.gatewaydb.migrator.MigrationStatus;
import java.time.Instant;

/**
 * How far the database is, at one moment.
 *
 * @param at by this machine's clock
 */
record DatabaseState(Instant at, MigrationStatus migrations, SchemaMark schema) {
  /** Whether the next migrate would find nothing to do, and nothing wrong. */
  boolean isMigrated() {
    return migrations.pending().isEmpty() && migrations.unsound().isEmpty();
  }
}
