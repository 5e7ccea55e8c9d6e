package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationFile;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The way back: each down script and its history row in one transaction, newest first. */
final class Backward {
  /** Nothing applied at all. */
  static final String ZERO = "0";

  private final Connection connection;
  private final MigrationSet migrations;
  private final HistoryRows history;
  private final Journal journal;
  private final StatementJournal statements;
  private final SessionState session;
  private final String operator;
  private final MigrationListener listener;

  Backward(
      Connection connection,
      MigrationSet migrations,
      HistoryTable table,
      SessionState session,
      MigratorOptions options,
      MigrationListener listener) {
    this.connection = connection;
    this.history = new HistoryRows(connection, table, migrations.layout());
    this.journal = new Journal(connection, table);
    this.statements = new StatementJournal(connection, table);
    this.migrations = migrations;
    this.session = session;
    this.operator = options.operator();
    this.listener = listener;
  }

  /** The newest ones that are applied, at most so many. */
  static RevertPlan newest(MigrationStatus status, MigrationSet migrations, int count) {
    List<String> applied = appliedNewestFirst(status);
    return plan(applied.subList(0, Math.min(count, applied.size())), migrations);
  }

  /** All above this version, which must be applied itself, or be {@link #ZERO}. */
  static RevertPlan downTo(MigrationStatus status, MigrationSet migrations, String version) {
    List<String> applied = appliedNewestFirst(status);
    boolean all = version.equals(ZERO) || isBaseline(status, version);
    int keep = all ? applied.size() : applied.indexOf(version);
    if (keep < 0) {
      throw new ConfigurationException(
          "version %s is not applied".formatted(version), "'gwdb status' shows what is; 0 is all.");
    }
    return plan(applied.subList(0, keep), migrations);
  }

  /** Newest first, up to the first one that has no down script. */
  static RevertPlan allThatCanBe(MigrationStatus status, MigrationSet migrations) {
    List<String> reversible = new ArrayList<>();
    for (String version : appliedNewestFirst(status)) {
      if (migrations.find(version).map(Migration::reversible).orElse(false)) {
        reversible.add(version);
      } else {
        break;
      }
    }
    return plan(reversible, migrations);
  }

  /** Whether what is planned is still what was applied last. */
  static boolean isOfTheNewest(RevertPlan plan, MigrationStatus status) {
    List<String> planned = plan.migrations().stream().map(Migration::version).toList();
    List<String> applied = appliedNewestFirst(status);
    return planned.equals(applied.subList(0, Math.min(planned.size(), applied.size())));
  }

  private static boolean isBaseline(MigrationStatus status, String version) {
    return status.entries().stream()
        .anyMatch(
            e -> e.state() == MigrationState.BASELINE && e.version().equals(Optional.of(version)));
  }

  /** Without the baseline: nothing of it was ever run here, and the history starts with it. */
  private static List<String> appliedNewestFirst(MigrationStatus status) {
    List<String> versions = new ArrayList<>();
    for (MigrationStatus.Entry entry : status.entries()) {
      if (entry.version().isPresent()
          && MigrationStatus.isApplied(entry.state())
          && entry.state() != MigrationState.BASELINE) {
        versions.add(0, entry.version().get());
      }
    }
    return versions;
  }

  /** Refuses before anything runs: a missing down script, or one that ends its transaction. */
  static RevertPlan plan(List<String> versions, MigrationSet migrations) {
    List<Migration> plan = new ArrayList<>();
    List<String> faults = new ArrayList<>();
    for (String version : versions) {
      Migration migration =
          migrations
              .find(version)
              .orElseThrow(
                  () ->
                      new RefusedException(
                          "version %s is applied, and its files are not here".formatted(version),
                          "Revert with the build that has them.",
                          null));
      MigrationFile down = migration.down().orElseThrow(() -> irreversible(migration, migrations));
      faults.addAll(Script.parse(down, migrations).faults(asksForNoTransaction(down)));
      plan.add(migration);
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(
          faults,
          "Mend these files: no BEGIN and COMMIT but around the whole of one, and a first line"
              + " '-- no-transaction' for what can't run in a transaction.");
    }
    return new RevertPlan(plan);
  }

  private static RefusedException irreversible(Migration migration, MigrationSet migrations) {
    Optional<String> reference =
        migrations.ignored().stream()
            .filter(path -> path.contains("rollback_reference/"))
            .filter(path -> path.contains("/" + migration.version() + "_"))
            .findFirst();
    return new RefusedException(
        "%s is a simple migration: it has no down script".formatted(migration.up().path()),
        reference
            .map(
                path ->
                    "Its rollback SQL, for use by hand: %s; afterwards 'gwdb force' sets the history."
                        .formatted(path))
            .orElse("Write a new migration that reverses it."),
        null);
  }

  /** Reverts what was planned. */
  List<MigrateReport.Applied> run(RevertPlan plan, LockRetries retries) throws SQLException {
    List<MigrateReport.Applied> reverted = new ArrayList<>();
    listener.planned(plan.migrations().size());
    session.reset(connection);
    for (Migration migration : plan.migrations()) {
      MigrationFile down = migration.down().orElseThrow();
      Script script = Script.parse(down, migrations);
      Notices.ofEmpty(script, listener);
      listener.started(down.path());
      Duration duration =
          script.runsOutside(asksForNoTransaction(down))
              ? runOutside(migration, script, retries)
              : retries.run(
                  () ->
                      new TransactionalRun(connection, session, listener)
                          .run(script, took -> takeBack(migration, took)));
      listener.reverted(down.path(), duration);
      reverted.add(
          new MigrateReport.Applied(
              Optional.of(migration.version()), migration.description(), duration));
    }
    return reverted;
  }

  private static boolean asksForNoTransaction(MigrationFile down) {
    return down.text().startsWith(MigrationSet.NO_TRANSACTION);
  }

  private Duration runOutside(Migration migration, Script script, LockRetries retries)
      throws SQLException {
    long start = System.nanoTime();
    NonTransactionalRun run = new NonTransactionalRun(connection, statements, session, listener);
    retries.once(() -> run.run(undoKey(migration), script));
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    Transaction.run(connection, () -> takeBack(migration, duration));
    return duration;
  }

  private static String undoKey(Migration migration) {
    return "undo " + migration.version();
  }

  /** In one transaction: a statement that still counted as done would be left out next time. */
  private void takeBack(Migration migration, Duration duration) throws SQLException {
    if (history.delete(migration.version(), duration) != 1) {
      throw new SQLException("the history has no applied version " + migration.version());
    }
    statements.clear(migration.version());
    statements.clear(undoKey(migration));
    journal.note("revert", migration.version(), migration.up().path(), operator, "");
  }
}
