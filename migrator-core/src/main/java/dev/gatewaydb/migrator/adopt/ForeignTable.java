package dev.gatewaydb.migrator.adopt;

import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Where another tool keeps its history.
 *
 * @param columns what they are called
 * @param times those of them that hold a time
 */
record ForeignTable(Tool tool, String schema, String name, Set<String> columns, Set<String> times) {
  private static final String EXECUTION_TIME = "execution_time";

  /**
   * A table of another name is only taken for a tool's own when it has just that tool's columns,
   * and can be read: it may be another service's. Rack Gateway's two columns are too common for
   * that.
   */
  private static final String CANDIDATES =
      """
      SELECT n.nspname, c.relname, array_agg(a.attname::text),
             array_agg(a.attname::text) FILTER (
               WHERE a.atttypid IN ('timestamp'::regtype, 'timestamptz'::regtype)),
             has_table_privilege(c.oid, 'SELECT')
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid)
         AND n.nspname NOT IN ('pg_catalog', 'information_schema')
         AND (c.relname IN ('_sqlx_migrations', 'schema_migrations')
              OR EXISTS (SELECT FROM pg_attribute
                          WHERE attrelid = c.oid AND attname = 'dirty' AND atttypid = 'bool'::regtype)
              OR EXISTS (SELECT FROM pg_attribute
                          WHERE attrelid = c.oid AND attname = 'checksum'
                            AND atttypid = 'bytea'::regtype))
       GROUP BY c.oid, n.nspname, c.relname
       ORDER BY c.relname, n.nspname
      """;

  /** Those along the connection's search_path. */
  static List<ForeignTable> find(Connection connection) throws SQLException {
    List<ForeignTable> found = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(CANDIDATES)) {
      while (rows.next()) {
        for (Tool tool : Tool.values()) {
          ForeignTable table =
              new ForeignTable(
                  tool, rows.getString(1), rows.getString(2), names(rows, 3), names(rows, 4));
          if (table.fits(rows.getBoolean(5))) {
            found.add(table);
          }
        }
      }
    }
    return found;
  }

  private static Set<String> names(ResultSet rows, int column) throws SQLException {
    Array names = rows.getArray(column);
    return names == null ? Set.of() : Set.of((String[]) names.getArray());
  }

  private boolean fits(boolean readable) {
    Set<String> expected =
        switch (tool) {
          case SQLX -> Set.of("version", "description", "installed_on", "success", "checksum");
          case GOLANG_MIGRATE -> Set.of("version", "dirty");
          case RACK -> Set.of("version", "applied_at");
        };
    return columns.containsAll(expected)
        && (name.equals(tool.table())
            || (tool != Tool.RACK && readable && without(EXECUTION_TIME).equals(expected)));
  }

  private Set<String> without(String column) {
    return columns.stream().filter(c -> !c.equals(column)).collect(Collectors.toUnmodifiableSet());
  }

  ForeignHistory read(Connection connection) throws SQLException {
    String columns =
        switch (tool) {
          case SQLX -> "success, checksum, " + time("installed_on") + duration();
          case GOLANG_MIGRATE -> "NOT dirty, NULL::bytea, NULL::timestamptz, 0";
          case RACK -> "true, NULL::bytea, " + time("applied_at") + ", 0";
        };
    List<ForeignHistory.Row> rows = new ArrayList<>();
    String sql =
        "SELECT version::text, %s FROM %s t ORDER BY t.version".formatted(columns, quoted());
    try (Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(
            new ForeignHistory.Row(
                result.getString(1),
                result.getBoolean(2),
                Optional.ofNullable(result.getBytes(3)).map(HexFormat.of()::formatHex),
                Optional.ofNullable(result.getObject(4, OffsetDateTime.class)),
                // sqlx writes -1 until it knows, and nanoseconds then.
                Duration.ofNanos(Math.max(0, result.getLong(5)))));
      }
    }
    return new ForeignHistory(tool, schema, name, rows);
  }

  /** Others who call a column so keep seconds or text in it. */
  private String time(String column) {
    return times.contains(column) ? column + "::timestamptz" : "NULL::timestamptz";
  }

  /** The first releases of sqlx had none. */
  private String duration() {
    return columns.contains(EXECUTION_TIME) ? ", " + EXECUTION_TIME : ", 0";
  }

  /** For SQL. */
  String quoted() {
    return quoted(schema, name);
  }

  static String quoted(String schema, String name) {
    return "\"%s\".\"%s\"".formatted(schema.replace("\"", "\"\""), name.replace("\"", "\"\""));
  }
}
