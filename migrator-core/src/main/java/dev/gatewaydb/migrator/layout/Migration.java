package dev.gatewaydb.migrator.layout;

import java.util.Optional;

/**
 * One versioned migration.
 *
 * @param version as the project writes it: {@code 20260220100000}, {@code 000007}; for Flyway's
 *     layout with dots, as in {@code 1.2}
 * @param description words separated by spaces, as Flyway records it
 * @param up the forward script
 * @param down the script that reverts it; empty for a simple migration
 */
public record Migration(
    String version, String description, MigrationFile up, Optional<MigrationFile> down) {
  /** Whether a down script exists. */
  public boolean reversible() {
    return down.isPresent();
  }
}
