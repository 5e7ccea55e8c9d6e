package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.adopt.ForeignHistory;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.error.FailedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** What migrations have made, without what gwdb and other migration tools keep beside it. */
public final class Snapshots {
  private Snapshots() {}

  /** Everything but the history, the journal and other tools' histories. */
  public static SchemaSnapshot read(Connection connection, MigratorOptions options)
      throws SQLException {
    String schema = historySchema(connection, options);
    List<String> beside = new ArrayList<>();
    options.bookkeepingTables().forEach(table -> beside.add(schema + "." + table));
    ForeignHistory.find(connection).forEach(history -> beside.add(history.table()));
    return SchemaSnapshot.read(connection).withoutTables(beside);
  }

  /** A catalog couldn't be read. */
  public static FailedException failed(SQLException e) {
    return new FailedException("the schema can't be read: " + e.getMessage(), "", e);
  }

  /** Where the history is, and where unqualified names in migrations lead. */
  public static String historySchema(Connection connection, MigratorOptions options)
      throws SQLException {
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
