package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.connect.PgBouncer;
import dev.gatewaydb.migrator.connect.ServerVersion;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.sql.DataSource;

/**
 * Brings a database to the state that a {@link MigrationSet} describes, and says where it stands.
 *
 * <p>Each operation uses one physical connection of its own. Flyway is the engine; its history
 * table stays one that plain Flyway understands. Safe to call from many processes at once: one
 * migrates, the others wait and then find nothing to do. Instances hold no connection.
 */
public final class Migrator {
  private final DataSource dataSource;
  private final MigrationSet migrations;
  private final MigratorOptions options;
  private final MigrationListener listener;

  /** With {@link MigratorOptions#DEFAULT} and nobody listening. */
  public Migrator(DataSource dataSource, MigrationSet migrations) {
    this(dataSource, migrations, MigratorOptions.DEFAULT, MigrationListener.SILENT);
  }

  /**
   * @param dataSource where to migrate; a connection straight to PostgreSQL, not through a pooler
   *     in transaction mode
   */
  public Migrator(
      DataSource dataSource,
      MigrationSet migrations,
      MigratorOptions options,
      MigrationListener listener) {
    this.dataSource = dataSource;
    this.migrations = migrations;
    this.options = options;
    this.listener = listener;
  }

  /**
   * Applies everything that is pending, each migration and its history row in one transaction.
   *
   * @throws dev.gatewaydb.migrator.error.UnreachableException when there is no connection
   * @throws dev.gatewaydb.migrator.error.ConfigurationException for a server older than 14
   * @throws dev.gatewaydb.migrator.error.RefusedException when files and history disagree, the lock
   *     stays taken, the connection goes through a transaction pooler, or the role may not write
   * @throws dev.gatewaydb.migrator.error.FailedException when a migration fails and is rolled back
   * @throws dev.gatewaydb.migrator.error.NeedsPersonException when one failed outside a transaction
   */
  public MigrateReport migrate() {
    Instant start = Instant.now();
    return onOneConnection(
        (one, connection, session) -> {
          requireDirect(connection);
          HistoryTable table = HistoryTable.resolve(connection, options);
          table.requireWritable(connection);
          try (MigrationLock lock = MigrationLock.acquire(connection, table, options, listener)) {
            return migrateLocked(
                new FlywayEngine(one, migrations, table, new ProgressCallback(listener, session)),
                start);
          }
        });
  }

  private MigrateReport migrateLocked(FlywayEngine engine, Instant start) {
    MigrationStatus before = engine.status();
    HistoryCheck.requireSound(before);
    listener.planned(before.pending().size());
    List<MigrateReport.Applied> applied =
        before.pending().isEmpty() && migrations.callbacks().isEmpty()
            ? List.of()
            : engine.migrate(before.pending());
    return new MigrateReport(
        applied,
        before.currentVersion(),
        applied.isEmpty() ? before.currentVersion() : engine.status().currentVersion(),
        Duration.between(start, Instant.now()));
  }

  /**
   * Reads files and history; takes no lock and writes nothing.
   *
   * @throws dev.gatewaydb.migrator.error.UnreachableException when there is no connection
   * @throws dev.gatewaydb.migrator.error.ConfigurationException for a server older than 14
   * @throws dev.gatewaydb.migrator.error.FailedException when the history can't be read
   */
  public MigrationStatus status() {
    return onOneConnection(
        (one, connection, session) -> {
          HistoryTable table = HistoryTable.resolve(connection, options);
          return new FlywayEngine(one, migrations, table, new ProgressCallback(listener, session))
              .status();
        });
  }

  private interface Operation<T> {
    T run(OneConnectionDataSource one, Connection connection, SessionState session)
        throws SQLException;
  }

  private <T> T onOneConnection(Operation<T> operation) {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(dataSource);
        Connection connection = one.getConnection()) {
      ServerVersion.of(connection).requireSupported();
      try (SessionState session = SessionState.of(connection)) {
        return operation.run(one, connection, session);
      }
    } catch (SQLException e) {
      throw MigrationFailure.ofConnection(e);
    }
  }

  /** The lock belongs to a server session, and a pooler in transaction mode changes it unseen. */
  private static void requireDirect(Connection connection) throws SQLException {
    if (PgBouncer.isBetween(connection)) {
      throw new RefusedException(
          "the connection goes through a pooler (PgBouncer) in transaction mode, where the"
              + " migration lock would be lost",
          "Connect straight to PostgreSQL, usually port 5432, or to a pool in session mode.",
          null);
    }
  }
}
