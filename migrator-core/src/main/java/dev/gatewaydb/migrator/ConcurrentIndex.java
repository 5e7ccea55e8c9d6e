package dev.gatewaydb.migrator;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The index of a CREATE INDEX CONCURRENTLY. When that statement fails or is killed, PostgreSQL
 * leaves the index behind as invalid, and a later IF NOT EXISTS would take it for good.
 *
 * @param name as written, quotes included
 * @param table as written, a schema and quotes included
 */
record ConcurrentIndex(String name, String table) {
  private static final String IDENTIFIER = "(?:\"(?:[^\"]|\"\")+\"|[\\w$]+)";
  private static final Pattern CREATE =
      Pattern.compile(
          "(?isU)CREATE\\s+(?:UNIQUE\\s+)?INDEX\\s+CONCURRENTLY\\s+(?:IF\\s+NOT\\s+EXISTS\\s+)?(?!ON\\b)"
              + "(%1$s)\\s+ON\\s+(?:ONLY\\s+)?(%1$s(?:\\s*\\.\\s*%1$s)?).*".formatted(IDENTIFIER));

  /** Empty for any other statement, and for an index that PostgreSQL names itself. */
  static Optional<ConcurrentIndex> of(String sql) {
    Matcher matcher = CREATE.matcher(sql);
    return matcher.matches()
        ? Optional.of(new ConcurrentIndex(matcher.group(1), matcher.group(2)))
        : Optional.empty();
  }

  /** Whether the index is there and valid. */
  boolean isFinished(Connection connection) throws SQLException {
    return !find(connection, "i.indisvalid").isEmpty();
  }

  void dropInvalid(Connection connection, MigrationListener listener) throws SQLException {
    String invalid =
        find(
            connection,
            "NOT i.indisvalid AND NOT EXISTS (SELECT FROM pg_stat_progress_create_index p"
                + " WHERE p.index_relid = i.indexrelid)");
    if (!invalid.isEmpty()) {
      Notices.note(listener, "dropping the invalid index " + invalid + " of an interrupted run");
      try (Statement statement = connection.createStatement()) {
        statement.execute("DROP INDEX CONCURRENTLY IF EXISTS " + invalid);
      }
    }
  }

  /** Its qualified name, when it belongs to the table and fits the condition. */
  private String find(Connection connection, String condition) throws SQLException {
    String sql =
        """
        SELECT c.oid::regclass::text
          FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
         WHERE i.indrelid = to_regclass(?) AND c.relname = (parse_ident(?))[1] AND %s
        """
            .formatted(condition);
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, table);
      statement.setString(2, name);
      try (ResultSet row = statement.executeQuery()) {
        return row.next() ? row.getString(1) : "";
      }
    }
  }
}
