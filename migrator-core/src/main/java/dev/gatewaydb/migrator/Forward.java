package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The way forward: Flyway runs the transactional migrations, the journal those that can't be. */
final class Forward {
  private final Connection connection;
  private final MigrationSet migrations;
  private final FlywayEngine engine;
  private final Journal journal;
  private final SessionState session;
  private final MigrationListener listener;
  private final LockRetries retries;
  private final List<MigrateReport.Applied> applied = new ArrayList<>();

  Forward(
      Connection connection,
      MigrationSet migrations,
      FlywayEngine engine,
      Journal journal,
      SessionState session,
      MigrationListener listener,
      LockRetries retries) {
    this.connection = connection;
    this.migrations = migrations;
    this.engine = engine;
    this.journal = journal;
    this.session = session;
    this.listener = listener;
    this.retries = retries;
  }

  /**
   * @param target the last version to apply; empty for all, repeatable ones included
   */
  List<MigrateReport.Applied> run(MigrationStatus before, Optional<String> target)
      throws SQLException {
    List<Migration> pending = pending(before, migrations, target);
    Set<Migration> outside = outside(pending, migrations);
    listener.planned(target.isPresent() ? pending.size() : before.pending().size());
    Optional<Migration> last = Optional.empty();
    for (Migration migration : pending) {
      if (outside.contains(migration)) {
        applyUpTo(last);
        runOutside(migration);
        last = Optional.empty();
      } else {
        last = Optional.of(migration);
      }
    }
    if (target.isPresent()) {
      applyUpTo(last);
    } else if (last.isPresent() || hasMoreThanVersions(before)) {
      applied.addAll(retries.run(engine::migrate));
    }
    return withEarlierTries(pending);
  }

  /** Also those that were committed before a lock made the others start again. */
  private List<MigrateReport.Applied> withEarlierTries(List<Migration> pending) {
    Set<String> told = new HashSet<>();
    applied.forEach(a -> a.version().ifPresent(told::add));
    Set<String> wanted = new HashSet<>();
    pending.forEach(m -> wanted.add(m.version()));
    if (told.containsAll(wanted)) {
      return applied;
    }
    List<MigrateReport.Applied> all = new ArrayList<>();
    for (MigrationStatus.Entry entry : engine.status().entries()) {
      if (MigrationStatus.isApplied(entry.state())
          && entry.version().filter(wanted::contains).isPresent()) {
        all.add(
            new MigrateReport.Applied(
                entry.version(), entry.description(), entry.duration().orElse(Duration.ZERO)));
      }
    }
    applied.stream().filter(a -> a.version().isEmpty()).forEach(all::add);
    return all;
  }

  private boolean hasMoreThanVersions(MigrationStatus before) {
    return !migrations.callbacks().isEmpty()
        || before.pending().stream().anyMatch(e -> e.version().isEmpty());
  }

  private void applyUpTo(Optional<Migration> last) {
    last.ifPresent(m -> applied.addAll(retries.run(() -> engine.migrateTo(m.version()))));
  }

  private void runOutside(Migration migration) throws SQLException {
    listener.started(migration.up().path());
    long start = System.nanoTime();
    NonTransactionalRun run = new NonTransactionalRun(connection, journal, session, listener);
    retries.once(() -> run.run(migration.version(), migration.up()));
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    engine.recordTo(migration.version());
    journal.clear(migration.version());
    listener.finished(migration.up().path(), duration);
    applied.add(
        new MigrateReport.Applied(
            Optional.of(migration.version()), migration.description(), duration));
  }

  /** Whether everything that is pending can run inside one transaction. */
  static boolean canRollBack(
      MigrationStatus before, MigrationSet migrations, Optional<String> target) {
    return outside(pending(before, migrations, target), migrations).isEmpty();
  }

  private static List<Migration> pending(
      MigrationStatus before, MigrationSet migrations, Optional<String> target) {
    Set<String> versions = new HashSet<>();
    before.pending().forEach(e -> e.version().ifPresent(versions::add));
    List<Migration> served =
        target.map(v -> migrations.upTo(v).migrations()).orElse(migrations.migrations());
    return served.stream().filter(m -> versions.contains(m.version())).toList();
  }

  /** Those that run outside a transaction; refuses scripts that end the one they run in. */
  private static Set<Migration> outside(List<Migration> pending, MigrationSet migrations) {
    Set<Migration> outside = new HashSet<>();
    List<String> faults = new ArrayList<>();
    for (Migration migration : pending) {
      List<Script.Part> parts = Script.parse(migration.up()).parts();
      boolean asked = migrations.runsOutsideTransaction(migration.up());
      List<Script.Part> unable =
          parts.stream().filter(p -> !p.parsed().canExecuteInTransaction()).toList();
      parts.stream()
          .filter(Script.Part::controlsTransactions)
          .findFirst()
          .ifPresent(
              p ->
                  faults.add(
                      "%s:%d: %s would end the transaction that the migration runs in"
                          .formatted(migration.up().path(), p.line(), p.startsWithWords(2))));
      if (asked || (!unable.isEmpty() && unable.size() == parts.size())) {
        outside.add(migration);
      } else if (!unable.isEmpty()) {
        faults.add(
            "%s:%d: %s can't run in a transaction, and other statements of this file run in one"
                .formatted(
                    migration.up().path(), unable.get(0).line(), unable.get(0).startsWithWords(2)));
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(
          faults,
          "Remove BEGIN and COMMIT: each migration is one transaction already. A file that must run"
              + " outside one says so in its first line: -- no-transaction");
    }
    return outside;
  }
}
