package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.adopt.ForeignHistory;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postgresql.PGConnection;

/** One operation's connection, and what works on it. */
final class MigrationSession implements AutoCloseable {
  private final Sessions sessions;
  private final MigrationSet migrations;
  private final MigratorOptions options;
  private final MigrationListener listener;
  private final Watcher watcher;
  private final Connection connection;
  private final SessionState state;
  private final HistoryTable table;
  private final FlywayEngine engine;

  MigrationSession(
      Sessions sessions, OneConnectionDataSource one, Connection connection, SessionState state)
      throws SQLException {
    this.sessions = sessions;
    this.migrations = sessions.migrations();
    this.options = sessions.options();
    this.listener = sessions.listener();
    this.connection = connection;
    this.state = state;
    this.table = HistoryTable.resolve(connection, options);
    this.watcher =
        new Watcher(
            sessions.dataSource(),
            connection.unwrap(PGConnection.class).getBackendPID(),
            options.lockTimeout(),
            listener);
    this.engine =
        new FlywayEngine(
            one,
            migrations,
            table,
            options,
            new StatementJournal(connection, table),
            new ProgressCallback(listener, state, watcher));
  }

  Connection connection() {
    return connection;
  }

  HistoryTable table() {
    return table;
  }

  FlywayEngine engine() {
    return engine;
  }

  /** With the history where it is here, which is also where unqualified names lead. */
  MigratorOptions historyAt(MigratorOptions like) {
    return like.withHistory(Optional.of(table.schema()), table.name());
  }

  Prerequisites prerequisites() {
    return new Prerequisites(connection, state, migrations.prerequisites());
  }

  HistoryAdmin admin() {
    return new HistoryAdmin(connection, migrations, engine, table, options.operator());
  }

  LockRetries retries() {
    return new LockRetries(options, watcher, listener);
  }

  Forward forward() {
    return new Forward(connection, migrations, engine, table, state, listener, retries());
  }

  Backward backward() {
    return new Backward(connection, migrations, table, state, options, listener);
  }

  MigrateReport migrate(Optional<String> target, Instant start) throws SQLException {
    prepare();
    MigrationStatus before = engine.status();
    if (Adopting.isUnknown(before)) {
      Adopting.requireNotForeign(ForeignHistory.find(connection), migrations);
    }
    HistoryCheck.requireSound(before);
    ForwardPlan plan = ForwardPlan.of(before, migrations, target);
    createHistory();
    return report(forward().run(plan, before, target), before, start);
  }

  /** Before anything runs: a database that is up to date needs nothing more. */
  void prepare() throws SQLException {
    if (sessions.scratch()) {
      prerequisites().applyWhatIsThere();
    } else if (migrations.prerequisites().isPresent() && !engine.status().pending().isEmpty()) {
      prerequisites().require();
    }
  }

  void createHistory() throws SQLException {
    new HistoryRows(connection, table, migrations.layout()).create();
  }

  MigrateReport report(List<MigrateReport.Applied> done, MigrationStatus before, Instant start)
      throws SQLException {
    MigrationStatus after = done.isEmpty() ? before : engine.status();
    return new MigrateReport(
        done,
        before.currentVersion(),
        after.currentVersion(),
        after.pending().size(),
        Duration.between(start, Instant.now()));
  }

  @Override
  public void close() throws SQLException {
    watcher.close();
  }
}
