package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.error.RefusedException;
import java.sql.Connection;
import java.sql.PreparedStatement;
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

  /** Says at once what Flyway would try ten times, a second apart. */
  void requireWritable(Connection connection) throws SQLException {
    String sql =
        """
        SELECT current_setting('transaction_read_only')::boolean, pg_is_in_recovery(),
               to_regclass(?) IS NOT NULL OR coalesce(
                   (SELECT has_schema_privilege(oid, 'CREATE') FROM pg_namespace WHERE nspname = ?),
                   has_database_privilege(current_database(), 'CREATE')),
               current_user
        """;
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, toString());
      statement.setString(2, schema);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (row.getBoolean(1)) {
          throw new RefusedException(
              row.getBoolean(2)
                  ? "the server is a standby, which can only be read"
                  : "the session can only read (default_transaction_read_only)",
              "Connect to the primary, as a role that may write.",
              null);
        }
        if (!row.getBoolean(3)) {
          throw new RefusedException(
              "user %s may not create tables in schema %s".formatted(row.getString(4), schema),
              "GRANT CREATE ON SCHEMA %s TO %s."
                  .formatted(quoted(schema), quoted(row.getString(4))),
              null);
        }
      }
    }
  }

  /** Quoted for SQL. */
  @Override
  public String toString() {
    return beside(name);
  }

  String quotedSchema() {
    return quoted(schema);
  }

  /** A table beside it, quoted for SQL. */
  String beside(String table) {
    return quoted(schema) + "." + quoted(table);
  }

  static String quoted(String identifier) {
    return "\"" + identifier.replace("\"", "\"\"") + "\"";
  }

  long lockKey() {
    return FLYWAY_LOCK_BASE + toString().hashCode();
  }
}
