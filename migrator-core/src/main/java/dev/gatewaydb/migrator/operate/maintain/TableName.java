package dev.gatewaydb.migrator.operate.maintain;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Something in the catalog that has a table's name.
 *
 * @param shown quoted where needed
 * @param kind of pg_class.relkind
 */
record TableName(long oid, String shown, String schema, String kind) {
  /**
   * Looks it up.
   *
   * @return empty when there is none, or this is no name at all
   */
  static Optional<TableName> find(Connection connection, String name) throws SQLException {
    try {
      List<TableName> found =
          Query.rows(
              connection,
              row ->
                  new TableName(
                      row.getLong(1), row.getString(2), row.getString(3), row.getString(4)),
              """
              SELECT c.oid::bigint, c.oid::regclass::text, n.nspname, c.relkind::text
                FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = to_regclass(?)
              """,
              name);
      return found.stream().findFirst();
    } catch (SQLException e) {
      if (Maintenance.isConnectionLoss(e)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  boolean isPartitioned() {
    return kind.equals("p");
  }

  Optional<String> whyNotPrunable() {
    if (schema.startsWith("pg_") || schema.equals("information_schema")) {
      return Optional.of(shown + " is PostgreSQL's own");
    }
    return switch (kind) {
      case "r", "p" -> Optional.empty();
      case "v" -> Optional.of(shown + " is a view; name the table behind it");
      case "m" -> Optional.of(shown + " is a materialized view; name the table behind it");
      case "f" ->
          Optional.of(shown + " is a foreign table; prune it on the server that has its rows");
      default -> Optional.of(shown + " is no table");
    };
  }
}
