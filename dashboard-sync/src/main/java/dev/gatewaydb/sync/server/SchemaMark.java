package dev.gatewaydb.sync.server;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.check.Snapshots;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/**
 * Changes with every change of the schema and of the migrations' history, at the cost of a query.
 * It also changes now and then without one, as when a table is rewritten.
 */
record SchemaMark(String value) {
  /** The catalogs whose rows have an oid of their own. */
  private static final List<String> CATALOGS =
      List.of(
          "pg_attrdef",
          "pg_cast",
          "pg_class",
          "pg_collation",
          "pg_constraint",
          "pg_conversion",
          "pg_default_acl",
          "pg_enum",
          "pg_event_trigger",
          "pg_extension",
          "pg_foreign_data_wrapper",
          "pg_foreign_server",
          "pg_language",
          "pg_namespace",
          "pg_opclass",
          "pg_operator",
          "pg_opfamily",
          "pg_policy",
          "pg_proc",
          "pg_publication",
          "pg_rewrite",
          "pg_statistic_ext",
          "pg_transform",
          "pg_trigger",
          "pg_ts_config",
          "pg_ts_dict",
          "pg_type");

  /** The first oid that isn't PostgreSQL's own, FirstNormalObjectId of its access/transam.h. */
  private static final int FIRST = 16384;

  private static final String SQL = sql();

  private static String sql() {
    StringBuilder rows = new StringBuilder();
    for (String catalog : CATALOGS) {
      rows.append("SELECT '%1$s'::text, oid, 0, xmin FROM %1$s WHERE oid >= ".formatted(catalog))
          .append(FIRST)
          .append(" UNION ALL ");
    }
    // PostgreSQL's own schema, which may be granted to others and commented.
    rows.append("SELECT 'public', oid, 0, xmin FROM pg_namespace WHERE nspname = 'public'")
        .append(" UNION ALL ");
    String part = "SELECT '%1$s', %2$s, %3$s, xmin FROM %1$s WHERE %2$s >= " + FIRST;
    rows.append(part.formatted("pg_attribute", "attrelid", "attnum"))
        .append(" AND NOT EXISTS (SELECT FROM pg_class c WHERE c.oid = attrelid")
        .append(" AND c.relpersistence = 't') UNION ALL ")
        .append(part.formatted("pg_inherits", "inhrelid", "inhseqno"))
        .append(" UNION ALL ")
        .append(part.formatted("pg_sequence", "seqrelid", "0"))
        .append(" UNION ALL ")
        .append(part.formatted("pg_publication_rel", "oid", "0"))
        .append(" UNION ALL ")
        .append(part.formatted("pg_description", "objoid", "objsubid"))
        .append(" OR objoid = (SELECT oid FROM pg_namespace WHERE nspname = 'public')");
    return "SELECT count(*) || ':' || coalesce(sum(hash_record_extended(r, 0)), 0)"
        + " FROM ("
        + rows
        + ") r (catalog, id, part, xmin)";
  }

  static SchemaMark read(Connection connection, MigratorOptions options) throws SQLException {
    String schema = Snapshots.historySchema(connection, options);
    try (Statement statement = connection.createStatement()) {
      return new SchemaMark(
          one(statement, SQL) + " " + history(connection, statement, schema, options));
    }
  }

  private static String history(
      Connection connection, Statement statement, String schema, MigratorOptions options)
      throws SQLException {
    try (PreparedStatement there =
        connection.prepareStatement("SELECT to_regclass(format('%I.%I', ?, ?)) IS NOT NULL")) {
      there.setString(1, schema);
      there.setString(2, options.historyTable());
      try (ResultSet row = there.executeQuery()) {
        row.next();
        if (!row.getBoolean(1)) {
          return "none";
        }
      }
    }
    String table =
        statement.enquoteIdentifier(schema, true)
            + "."
            + statement.enquoteIdentifier(options.historyTable(), true);
    return one(
        statement,
        "SELECT md5(coalesce(string_agg(h::text, ' ' ORDER BY installed_rank), '')) FROM "
            + table
            + " h");
  }

  private static String one(Statement statement, String sql) throws SQLException {
    try (ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
