package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.schema.ExternalReference;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What migrations make of an empty database, also next to the tables of other systems. */
final class MigratedSchema {
  private final ScratchServer scratch;
  private final InitSqlOptions options;

  MigratedSchema(ScratchServer scratch, InitSqlOptions options) {
    this.scratch = scratch;
    this.options = options;
  }

  static String version(MigrationSet migrations) {
    List<Migration> all = migrations.migrations();
    return all.isEmpty() ? "none" : all.getLast().version();
  }

  /**
   * Migrates twice: once alone, and again when the referenced tables are there, so that the
   * migrations say what the foreign keys to them are like.
   */
  Wanted of(MigrationSet migrations) {
    try (ScratchDatabase database = scratch.create()) {
      Migrator migrator =
          new Migrator(database, migrations, options.history(), MigrationListener.SILENT);
      migrator.migrate();
      SchemaSnapshot snapshot = snapshot(database, List.of());
      List<String> neighbours = neighbours(snapshot);
      if (!neighbours.isEmpty()) {
        snapshot(database, neighbours);
        migrator.migrate();
        snapshot = snapshot(database, List.of());
      }
      return new Chooser(options).choose(snapshot);
    }
  }

  private static SchemaSnapshot snapshot(ScratchDatabase database, List<String> before) {
    try (Connection connection = database.dataSource().getConnection()) {
      create(connection, before);
      return SchemaSnapshot.read(connection);
    } catch (SQLException e) {
      throw new FailedException(
          "can't read the migrated scratch database: " + e.getMessage(), "", e);
    }
  }

  static void create(Connection connection, List<String> tables) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      for (String sql : tables) {
        statement.execute(sql);
      }
    }
  }

  /** Tables like those that the references lead to, next to the referencing ones. */
  List<String> neighbours(SchemaSnapshot snapshot) {
    List<String> sql = new ArrayList<>();
    for (ExternalReference reference : options.references()) {
      for (CatalogObject column : snapshot.objects()) {
        Optional<CatalogObject> table = column.parent().flatMap(snapshot::find);
        if (column.id().kind() == ObjectKind.COLUMN
            && Sql.unquoted(column.simpleName()).equals(reference.column())
            && table
                .filter(t -> Sql.unquoted(t.simpleName()).equals(reference.table()))
                .isPresent()) {
          sql.add(
              "CREATE TABLE IF NOT EXISTS %s.%s (%s %s PRIMARY KEY)"
                  .formatted(
                      table.get().schema(),
                      Sql.quoted(reference.referencedTable()),
                      Sql.quoted(reference.referencedColumn()),
                      column.property("type").orElse("")));
        }
      }
    }
    return sql;
  }
}
