package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.error.FailedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** What migrations have made, without what gwdb keeps beside it. */
final class Snapshots {
  private Snapshots() {}

  static SchemaSnapshot read(Connection connection, MigratorOptions options) throws SQLException {
    String schema = historySchema(connection, options);
    return SchemaSnapshot.read(connection)
        .withoutTables(
            options.bookkeepingTables().stream().map(table -> schema + "." + table).toList());
  }

  static FailedException failed(SQLException e) {
    return new FailedException("the schema can't be read: " + e.getMessage(), "", e);
  }

  /** Where the history is, and where unqualified names in migrations lead. */
  static String historySchema(Connection connection, MigratorOptions options) throws SQLException {
    if (options.historySchema().isPresent()) {
      return options.historySchema().get();
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT coalesce(current_schema(), 'public')")) {
      row.next();
      return row.getString(1);
    }
  }
}
