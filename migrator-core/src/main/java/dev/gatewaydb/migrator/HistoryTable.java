package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.RefusedException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/** Flyway's history table, and the advisory lock key that Flyway derives from its name. */
record HistoryTable(String schema, String name) {
  /** Flyway 13, PostgreSQLAdvisoryLockTemplate: its magic number, plus the quoted name's hash. */
  private static final long FLYWAY_LOCK_BASE = 77431708279161L;

  static HistoryTable resolve(Connection connection, MigratorOptions options) throws SQLException {
    if (options.historySchema().isPresent()) {
      return new HistoryTable(options.historySchema().get(), options.historyTable());
    }
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT current_schema()")) {
      row.next();
      String schema = row.getString(1);
      if (schema == null) {
        throw new RefusedException(
            "no schema of the connection's search_path exists",
            "Create one, or set search_path for this role: ALTER ROLE … SET search_path = public.",
            null);
      }
      return new HistoryTable(schema, options.historyTable());
    }
  }

  /** A table beside it, quoted for SQL. */
  String quoted(String table) {
    return "\"%s\".\"%s\"".formatted(schema.replace("\"", "\"\""), table.replace("\"", "\"\""));
  }

  /** Itself, quoted for SQL. */
  String quoted() {
    return quoted(name);
  }

  long lockKey() {
    return FLYWAY_LOCK_BASE + ("\"" + schema + "\".\"" + name + "\"").hashCode();
  }
}
