package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How to migrate. Start from {@link #DEFAULT} and change what differs.
 *
 * @param historySchema the schema of the history table, made when absent; as with Flyway, also the
 *     one where unqualified names in migrations lead; empty for the connection's first one
 * @param historyTable Flyway's table
 * @param lockWait how long to wait while another process migrates; zero: give up at once
 * @param lockTimeout PostgreSQL's lock_timeout inside a migration; zero: wait for ever, and let
 *     everybody else queue behind
 * @param lockRetries how often a migration that ran into {@code lockTimeout} is tried again, 0 or
 *     more
 * @param statementTimeout PostgreSQL's statement_timeout inside a migration; zero: none, except for
 *     statements that run outside a transaction, which then get an hour
 * @param outOfOrder whether to apply migrations older than the newest applied one; layouts whose
 *     own tool does so always do
 * @param operator who asks for it, for the journal; empty when unknown
 */
public record MigratorOptions(
    Optional<String> historySchema,
    String historyTable,
    Duration lockWait,
    Duration lockTimeout,
    int lockRetries,
    Duration statementTimeout,
    boolean outOfOrder,
    String operator) {
  /** Where gwdb keeps the environment marker of a project that has no table of its own for it. */
  public static final String ENVIRONMENT_TABLE = "gwdb_environment";

  /** Flyway's table name, ten minutes for another instance, locks within 2 s, ten more tries. */
  public static final MigratorOptions DEFAULT =
      new MigratorOptions(
          Optional.empty(),
          "flyway_schema_history",
          Duration.ofMinutes(10),
          Duration.ofSeconds(2),
          10,
          Duration.ZERO,
          false,
          "");

  /**
   * Refuses negative values.
   *
   * @throws ConfigurationException for a table name that Flyway can't quote
   */
  public MigratorOptions {
    if (historyTable.isBlank() || historyTable.contains("\"")) {
      throw new ConfigurationException(
          "the history table can't be called '" + historyTable + "'",
          "Choose a name without quotes.");
    }
    requireNotNegative("lockWait", lockWait);
    requireNotNegative("lockTimeout", lockTimeout);
    requireNotNegative("statementTimeout", statementTimeout);
    if (lockRetries < 0) {
      throw new IllegalArgumentException("lockRetries is negative: " + lockRetries);
    }
  }

  private static void requireNotNegative(String name, Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException(name + " is negative: " + duration);
    }
  }

  /** Names of the tables that gwdb itself keeps, beside each other in one schema. */
  public List<String> bookkeepingTables() {
    // The last two are made by gateway-dao, when an online rotation of secrets needs them.
    return List.of(
        historyTable,
        Journal.TABLE,
        ENVIRONMENT_TABLE,
        "gwdb_secret_rotation",
        "gwdb_secret_quarantine");
  }

  /** With another history table. */
  public MigratorOptions withHistory(Optional<String> schema, String table) {
    return new MigratorOptions(
        schema, table, lockWait, lockTimeout, lockRetries, statementTimeout, outOfOrder, operator);
  }

  /** With another time to wait for other instances. */
  public MigratorOptions withLockWait(Duration wait) {
    return new MigratorOptions(
        historySchema,
        historyTable,
        wait,
        lockTimeout,
        lockRetries,
        statementTimeout,
        outOfOrder,
        operator);
  }

  /** With other limits inside a migration. */
  public MigratorOptions withTimeouts(Duration lock, int retries, Duration statement) {
    return new MigratorOptions(
        historySchema, historyTable, lockWait, lock, retries, statement, outOfOrder, operator);
  }

  /** With or without migrations older than the newest applied one. */
  public MigratorOptions withOutOfOrder(boolean allowed) {
    return new MigratorOptions(
        historySchema,
        historyTable,
        lockWait,
        lockTimeout,
        lockRetries,
        statementTimeout,
        allowed,
        operator);
  }

  /** With a name for the journal. */
  public MigratorOptions withOperator(String name) {
    return new MigratorOptions(
        historySchema,
        historyTable,
        lockWait,
        lockTimeout,
        lockRetries,
        statementTimeout,
        outOfOrder,
        name);
  }
}
