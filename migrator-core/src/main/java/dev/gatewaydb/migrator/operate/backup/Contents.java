package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.catalog.SchemaDigest;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.check.Snapshots;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/** What a database holds, counted and named, so that a copy can be compared with it. */
final class Contents {
  /** Tables whose rows a dump has: not those of extensions, other servers and other sessions. */
  private static final String TABLES =
      """
      SELECT c.oid, format('%I.%I', n.nspname, c.relname)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'r' AND c.relpersistence <> 't'
         AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
         AND NOT EXISTS (SELECT FROM pg_depend d
                          WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                            AND d.deptype = 'e')
       ORDER BY 2
      """;

  private static final String EXTENSIONS =
      "SELECT extname FROM pg_extension WHERE extname <> 'plpgsql' ORDER BY 1";

  /** Owners, and whoever is granted something; the roles that every server has don't count. */
  private static final String ROLES =
      """
      SELECT DISTINCT r.rolname FROM pg_shdepend d JOIN pg_roles r ON r.oid = d.refobjid
       WHERE d.refclassid = 'pg_authid'::regclass AND r.rolname !~ '^pg_'
         AND d.dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
       ORDER BY 1
      """;

  private final Connection connection;

  /**
   * @param connection in the transaction in which to look, or in none
   */
  Contents(Connection connection) {
    this.connection = connection;
  }

  /** Every table with its rows, as {@code public.api_keys}; quoted where SQL needs it. */
  Map<String, Long> rows(Consumer<String> listener) throws SQLException {
    Map<String, Long> rows = new TreeMap<>();
    for (String table : strings(TABLES, 2)) {
      listener.accept(table);
      rows.put(table, count(table));
    }
    return rows;
  }

  /** Rows of one, without those of tables that inherit from it. */
  long count(String table) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery("SELECT count(*) FROM ONLY " + table)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** The table itself and its partitions, with their schemas and quoted; empty without it. */
  List<String> tablesOf(String name) throws SQLException {
    String sql =
        """
        SELECT format('%I.%I', n.nspname, c.relname), c.relkind
          FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'p')
           AND (c.oid = to_regclass(?)
                OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass(?))))
         ORDER BY c.oid <> to_regclass(?), 1
        """;
    List<String> tables = new ArrayList<>();
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 1; i <= 3; i++) {
        statement.setString(i, name);
      }
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) {
          tables.add(found.getString(1));
        }
      }
    }
    return tables;
  }

  /** Whether it has rows of its own, which a partitioned one has not. */
  boolean hasRows(String table) throws SQLException {
    return strings(TABLES, 2).contains(table);
  }

  /** Objects to hashes. */
  Map<String, String> objects() throws SQLException {
    return SchemaDigest.of(SchemaSnapshot.read(connection));
  }

  List<String> extensions() throws SQLException {
    return strings(EXTENSIONS, 1);
  }

  List<String> roles() throws SQLException {
    return strings(ROLES, 1);
  }

  /** The history's versions that are applied and not reverted, in the order of the history. */
  List<String> appliedVersions(MigratorOptions options) throws SQLException {
    String schema = Snapshots.historySchema(connection, options);
    String table = quoted(schema) + "." + quoted(options.historyTable());
    try (PreparedStatement statement = connection.prepareStatement("SELECT to_regclass(?)")) {
      statement.setString(1, table);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (row.getString(1) == null) {
          return List.of();
        }
      }
    }
    String sql =
        """
        SELECT version FROM (
            SELECT DISTINCT ON (version) version, type, success, installed_rank FROM %s
             WHERE version IS NOT NULL ORDER BY version, installed_rank DESC) last
         WHERE success AND type NOT IN ('DELETE', 'BASELINE', 'SCHEMA') AND type NOT LIKE 'UNDO%%'
         ORDER BY installed_rank
        """
            .formatted(table);
    return strings(sql, 1);
  }

  private List<String> strings(String sql, int column) throws SQLException {
    List<String> strings = new ArrayList<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        strings.add(rows.getString(column));
      }
    }
    return strings;
  }

  static String quoted(String identifier) {
    return "\"" + identifier.replace("\"", "\"\"") + "\"";
  }
}
