package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Finds out what down scripts drop by running them where nothing can be lost. */
final class LossForecast {
  /** Above this many, an estimate is as good as a count. */
  private static final int COUNTED_AT_MOST = 100_000;

  private static final String HOLDERS_OF_DATA =
      """
      SELECT CASE WHEN pg_table_is_visible(c.oid) THEN quote_ident(c.relname)
                  ELSE quote_ident(n.nspname) || '.' || quote_ident(c.relname) END AS holder,
             a.attname, 'COLUMN' AS kind
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
       WHERE c.relkind IN ('r', 'p', 'm', 'f')
         AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
      UNION ALL
      SELECT CASE WHEN pg_type_is_visible(t.oid) THEN quote_ident(t.typname)
                  ELSE quote_ident(n.nspname) || '.' || quote_ident(t.typname) END,
             e.enumlabel, 'ENUM_VALUE'
        FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid
        JOIN pg_namespace n ON n.oid = t.typnamespace
      """;

  private final MigrationSet migrations;

  LossForecast(MigrationSet migrations) {
    this.migrations = migrations;
  }

  /**
   * @param applied the newest applied version
   * @param live where the rows are estimated
   */
  List<Loss> forecast(RevertPlan plan, String applied, ScratchServer server, Connection live)
      throws SQLException {
    try (ScratchDatabase scratch = server.create()) {
      new Migrator(scratch.dataSource(), migrations.upTo(applied)).migrate();
      try (Connection connection = scratch.dataSource().getConnection()) {
        Map<String, Loss.Kind> before = contents(connection);
        for (Migration migration : plan.migrations()) {
          Script.parse(migration.down().orElseThrow()).execute(connection);
        }
        before.keySet().removeAll(contents(connection).keySet());
        return losses(before, live);
      }
    }
  }

  private static List<Loss> losses(Map<String, Loss.Kind> gone, Connection live)
      throws SQLException {
    Set<String> goneTables = new HashSet<>();
    gone.forEach(
        (name, kind) -> {
          if (kind == Loss.Kind.TABLE) {
            goneTables.add(name);
          }
        });
    List<Loss> losses = new ArrayList<>();
    for (Map.Entry<String, Loss.Kind> entry : gone.entrySet()) {
      String name = entry.getKey();
      String holder = name.contains("\n") ? name.substring(0, name.indexOf('\n')) : name;
      switch (entry.getValue()) {
        case TABLE -> losses.add(new Loss(name, Loss.Kind.TABLE, rows(live, name)));
        case COLUMN -> {
          if (!goneTables.contains(holder)) {
            losses.add(new Loss(dotted(name), Loss.Kind.COLUMN, rows(live, holder)));
          }
        }
        case ENUM_VALUE -> losses.add(new Loss(dotted(name), Loss.Kind.ENUM_VALUE, 0));
      }
    }
    return losses;
  }

  private static String dotted(String name) {
    return name.replace('\n', '.');
  }

  /** Holder, or holder and member with a line break between, which no usual name contains. */
  private static Map<String, Loss.Kind> contents(Connection connection) throws SQLException {
    Map<String, Loss.Kind> contents = new TreeMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(HOLDERS_OF_DATA)) {
      while (rows.next()) {
        Loss.Kind kind = Loss.Kind.valueOf(rows.getString("kind"));
        if (kind == Loss.Kind.COLUMN) {
          contents.put(rows.getString("holder"), Loss.Kind.TABLE);
        }
        if (rows.getString("attname") != null) {
          contents.put(rows.getString("holder") + "\n" + rows.getString("attname"), kind);
        }
      }
    }
    return contents;
  }

  private static long rows(Connection live, String table) throws SQLException {
    String estimate =
        """
        SELECT coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint
          FROM pg_class c
         WHERE c.oid = to_regclass(?)
            OR c.oid IN (SELECT relid FROM pg_partition_tree(to_regclass(?)) WHERE isleaf)
        """;
    try (PreparedStatement statement = live.prepareStatement(estimate)) {
      statement.setString(1, table);
      statement.setString(2, table);
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        if (row.getLong(1) > COUNTED_AT_MOST) {
          return row.getLong(1);
        }
      }
    }
    try (PreparedStatement exists = live.prepareStatement("SELECT to_regclass(?) IS NOT NULL")) {
      exists.setString(1, table);
      try (ResultSet row = exists.executeQuery()) {
        row.next();
        return row.getBoolean(1) ? count(live, table) : 0;
      }
    }
  }

  /** Few or never analysed: count, up to the limit. */
  private static long count(Connection live, String table) throws SQLException {
    try (Statement statement = live.createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT count(*) FROM (SELECT FROM %s LIMIT %d) AS few"
                    .formatted(table, COUNTED_AT_MOST))) {
      row.next();
      return row.getLong(1);
    }
  }
}
