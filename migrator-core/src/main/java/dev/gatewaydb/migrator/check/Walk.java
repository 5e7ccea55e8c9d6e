package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.RevertPlan;
import dev.gatewaydb.migrator.Stepper;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;

/** A throw-away database that goes up and down the migrations. */
final class Walk implements AutoCloseable {
  private final MigrationSet migrations;
  private final MigratorOptions options;
  private final ScratchServer server;
  private ScratchDatabase database;
  private Connection reader;
  private Migrator migrator;

  Walk(MigrationSet migrations, MigratorOptions options, ScratchServer server) throws SQLException {
    this.migrations = migrations;
    this.options = options;
    this.server = server;
    this.database = server.create();
    this.reader = database.dataSource().getConnection();
    this.migrator = migrator();
  }

  private Migrator migrator() {
    return new Migrator(database, migrations, options, MigrationListener.SILENT);
  }

  /** In another database, up to this migration: the schema here is not what it should be. */
  void startAgain(Migration migration) throws SQLException {
    close();
    database = server.create();
    reader = database.dataSource().getConnection();
    migrator = migrator();
    migrator.migrateTo(migration.version());
  }

  void step(Consumer<Stepper> work) {
    migrator.step(work);
  }

  void everything() {
    migrator.migrate();
  }

  RevertPlan planAll() {
    return migrator.planRevertAll();
  }

  void down(RevertPlan plan) {
    migrator.revert(plan);
  }

  SchemaSnapshot snapshot() {
    try {
      return Snapshots.read(reader, options);
    } catch (SQLException e) {
      throw Snapshots.failed(e);
    }
  }

  @Override
  public void close() throws SQLException {
    reader.close();
    database.close();
  }
}
