package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.schema.GatewaySchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What the tests of this package share. */
final class Databases {
  static final InitSqlOptions GATEWAY = InitSqlOptions.ofGateway("gwdb test");

  private Databases() {}

  static MigrationSet gatewayMigrations() {
    return MigrationSet.onClassPath(
        Databases.class.getClassLoader(), GatewaySchema.migrationsLocation());
  }

  static String resource(String name) {
    try (var in = Databases.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalArgumentException("no resource " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As any driver would: the whole text in one call. */
  static void execute(ScratchDatabase database, String sql) throws SQLException {
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  static SchemaSnapshot snapshot(ScratchDatabase database) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return SchemaSnapshot.read(connection);
    }
  }

  static Identities identities(ScratchDatabase database) throws SQLException {
    try (Connection connection = database.dataSource().getConnection()) {
      return Identities.of(connection);
    }
  }

  static List<String> column(ScratchDatabase database, String sql) throws SQLException {
    List<String> values = new ArrayList<>();
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        values.add(rows.getString(1));
      }
    }
    return values;
  }
}
