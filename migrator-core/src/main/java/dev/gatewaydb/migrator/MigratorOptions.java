package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.time.Duration;
import java.util.Optional;

/**
 * How to migrate.
 *
 * @param historySchema the schema of the history table, made when absent; as with Flyway, also the
 *     one where unqualified names in migrations lead; empty for the connection's first one
 * @param historyTable Flyway's table
 * @param lockWait how long to wait while another process migrates; zero: give up at once
 */
public record MigratorOptions(
    Optional<String> historySchema, String historyTable, Duration lockWait) {
  /** Flyway's own table name, and ten minutes for another instance to finish. */
  public static final MigratorOptions DEFAULT =
      new MigratorOptions(Optional.empty(), "flyway_schema_history", Duration.ofMinutes(10));

  /**
   * Refuses a negative wait.
   *
   * @throws ConfigurationException for a table name that Flyway can't quote
   */
  public MigratorOptions {
    if (historyTable.isBlank() || historyTable.contains("\"")) {
      throw new ConfigurationException(
          "the history table can't be called '" + historyTable + "'",
          "Choose a name without quotes.");
    }
    if (lockWait.isNegative()) {
      throw new IllegalArgumentException("lockWait is negative: " + lockWait);
    }
  }
}
