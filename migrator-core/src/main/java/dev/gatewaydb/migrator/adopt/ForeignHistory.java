package dev.gatewaydb.migrator.adopt;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What another tool's table says. Two of them are equal when nothing has changed between.
 *
 * @param tool whose it is, told by its columns
 * @param schema where the table is
 * @param rows in the table's order of versions
 */
public record ForeignHistory(Tool tool, String schema, List<Row> rows) {
  /** Copies the list. */
  public ForeignHistory {
    rows = List.copyOf(rows);
  }

  /**
   * One row of it.
   *
   * @param version as the table has it
   * @param finished false for sqlx's {@code success = false} and golang-migrate's {@code dirty}
   * @param sha384 of the file's bytes, in hex; empty when the tool keeps none
   */
  public record Row(String version, boolean finished, Optional<String> sha384) {}

  /** Those that are in this database, along the connection's search_path. */
  public static List<ForeignHistory> find(Connection connection) throws SQLException {
    List<ForeignHistory> found = new ArrayList<>();
    for (Tool tool : Tool.values()) {
      Optional<String> schema = schemaOf(connection, tool);
      if (schema.isPresent()) {
        found.add(read(connection, tool, schema.get()));
      }
    }
    return found;
  }

  /** Empty when no such table is there, or it has other columns than that tool's. */
  private static Optional<String> schemaOf(Connection connection, Tool tool) throws SQLException {
    String sql =
        """
        SELECT n.nspname, a.attname
          FROM pg_class c
          JOIN pg_namespace n ON n.oid = c.relnamespace
          JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
         WHERE c.oid = to_regclass(?) AND c.relkind IN ('r', 'p')
        """;
    String schema = "";
    Set<String> columns = new HashSet<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, tool.table());
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          schema = rows.getString(1);
          columns.add(rows.getString(2));
        }
      }
    }
    return columns.containsAll(columns(tool)) ? Optional.of(schema) : Optional.empty();
  }

  private static Set<String> columns(Tool tool) {
    return switch (tool) {
      case SQLX -> Set.of("version", "description", "installed_on", "success", "checksum");
      case GOLANG_MIGRATE -> Set.of("version", "dirty");
      case RACK -> Set.of("version", "applied_at");
    };
  }

  private static ForeignHistory read(Connection connection, Tool tool, String schema)
      throws SQLException {
    String columns =
        switch (tool) {
          case SQLX -> "version::text, success, checksum";
          case GOLANG_MIGRATE -> "version::text, NOT dirty, NULL::bytea";
          case RACK -> "version, true, NULL::bytea";
        };
    List<Row> rows = new ArrayList<>();
    String sql = "SELECT %s FROM %s t ORDER BY t.version".formatted(columns, quoted(tool, schema));
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        Optional<String> sha384 =
            Optional.ofNullable(result.getBytes(3)).map(HexFormat.of()::formatHex);
        rows.add(new Row(result.getString(1), result.getBoolean(2), sha384));
      }
    }
    return new ForeignHistory(tool, schema, rows);
  }

  private static String quoted(Tool tool, String schema) {
    return "\"%s\".\"%s\"".formatted(schema.replace("\"", "\"\""), tool.table());
  }

  /** The table, with its schema, for people. */
  public String table() {
    return schema + "." + tool.table();
  }

  /**
   * Keeps the other tool from migrating until the end of the transaction: takes its own lock, and
   * locks its table, since not all take one.
   *
   * @throws dev.gatewaydb.migrator.error.RefusedException when the tool is at work
   */
  public void lock(Connection connection) throws SQLException {
    ForeignLock.take(connection, this);
  }

  /** The table, quoted for SQL. */
  String quotedTable() {
    return quoted(tool, schema);
  }
}
