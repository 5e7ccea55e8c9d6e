package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.layout.MigrationSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The way forward: each versioned migration and its history row in one transaction, or by the
 * journal outside of one. Flyway runs the callbacks and the repeatable migrations.
 */
final class Forward {
  private final Connection connection;
  private final MigrationSet migrations;
  private final FlywayEngine engine;
  private final HistoryRows history;
  private final StatementJournal journal;
  private final SessionState session;
  private final MigrationListener listener;
  private final LockRetries retries;
  private final List<MigrateReport.Applied> applied = new ArrayList<>();

  Forward(
      Connection connection,
      MigrationSet migrations,
      FlywayEngine engine,
      HistoryTable table,
      SessionState session,
      MigrationListener listener,
      LockRetries retries) {
    this.connection = connection;
    this.migrations = migrations;
    this.engine = engine;
    this.history = new HistoryRows(connection, table, migrations.layout());
    this.journal = new StatementJournal(connection, table);
    this.session = session;
    this.listener = listener;
    this.retries = retries;
  }

  /**
   * @param plan made of the status before
   * @param target the last version to apply; empty for all, repeatable ones included
   */
  List<MigrateReport.Applied> run(ForwardPlan plan, MigrationStatus before, Optional<String> target)
      throws SQLException {
    plan.steps().forEach(step -> Notices.ofEmpty(step.script(), listener));
    listener.planned(target.isPresent() ? plan.steps().size() : before.pending().size());
    boolean byFlyway = target.isEmpty() && hasCallbacksForEach();
    session.reset(connection);
    for (ForwardPlan.Step step : (byFlyway ? plan.upToLastOutside() : plan).steps()) {
      run(step);
    }
    if (target.isEmpty() && (byFlyway || hasMoreThanVersions(before))) {
      applied.addAll(retries.run(engine::migrate));
    }
    return withEarlierTries(plan);
  }

  /** Applies one alone. */
  void step(ForwardPlan.Step step) throws SQLException {
    session.reset(connection);
    run(step);
  }

  private void run(ForwardPlan.Step step) throws SQLException {
    if (step.outside()) {
      runOutside(step);
    } else {
      retries.run(() -> runInside(step));
    }
  }

  private boolean runInside(ForwardPlan.Step step) {
    listener.started(step.script().file().path());
    Duration duration =
        new TransactionalRun(connection, session, listener)
            .run(
                step.script(),
                took -> {
                  listener.finished(step.script().file().path(), took);
                  history.insert(step.entry(), took);
                });
    return applied.add(report(step, duration));
  }

  private void runOutside(ForwardPlan.Step step) throws SQLException {
    String path = step.script().file().path();
    String version = step.migration().version();
    listener.started(path);
    long start = System.nanoTime();
    NonTransactionalRun run = new NonTransactionalRun(connection, journal, session, listener);
    retries.once(() -> run.run(version, step.script()));
    Duration duration = Duration.ofNanos(System.nanoTime() - start);
    // In one transaction: a statement that still counted as done would be left out next time.
    Transaction.run(
        connection,
        () -> {
          history.insert(step.entry(), duration);
          journal.clear(version);
        });
    listener.finished(path, duration);
    applied.add(report(step, duration));
  }

  private static MigrateReport.Applied report(ForwardPlan.Step step, Duration duration) {
    return new MigrateReport.Applied(
        Optional.of(step.migration().version()), step.migration().description(), duration);
  }

  /** Also those that Flyway had committed before a lock made it start again. */
  private List<MigrateReport.Applied> withEarlierTries(ForwardPlan plan) throws SQLException {
    Set<String> told = new HashSet<>();
    applied.forEach(a -> a.version().ifPresent(told::add));
    Set<String> wanted = new HashSet<>();
    plan.steps().forEach(step -> wanted.add(step.migration().version()));
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

  /**
   * All callbacks but the one at the very end may concern single migrations, which it runs then.
   */
  private boolean hasCallbacksForEach() {
    return migrations.callbacks().stream()
        .anyMatch(c -> !c.name().matches("afterMigrate(__.*)?\\.sql"));
  }
}
