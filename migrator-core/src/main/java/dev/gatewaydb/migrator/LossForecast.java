package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Finds out what down scripts drop by running them where nothing can be lost. */
final class LossForecast {
  /** Above this many, an estimate is as good as a count. */
  private static final int COUNTED_AT_MOST = 100_000;

  /**
   * What is dropped and made anew loses its rows, what is renamed keeps them: tables and columns
   * are known by their numbers. Not so materialized views and foreign tables, whose rows come from
   * elsewhere, and enum types, which are made anew to be rid of one value.
   */
  private static final String HOLDERS_OF_DATA =
      """
      WITH holders AS (
          SELECT c.oid, c.relkind IN ('r', 'p') AS owns_rows,
                 CASE WHEN pg_table_is_visible(c.oid) THEN quote_ident(c.relname)
                      ELSE quote_ident(n.nspname) || '.' || quote_ident(c.relname) END AS name
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
           WHERE c.relkind IN ('r', 'p', 'm', 'f')
             AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_'
      )
      SELECT 'TABLE' AS kind, name AS holder, name,
             CASE WHEN owns_rows THEN oid::text ELSE name END AS identity
        FROM holders
      UNION ALL
      SELECT 'COLUMN', h.name, h.name || '.' || quote_ident(a.attname),
             CASE WHEN h.owns_rows THEN h.oid || '.' || a.attnum
                  ELSE h.name || '.' || quote_ident(a.attname) END
        FROM holders h JOIN pg_attribute a ON a.attrelid = h.oid
       WHERE a.attnum > 0 AND NOT a.attisdropped
      UNION ALL
      SELECT 'ENUM_VALUE', t.name, t.name || '.' || e.enumlabel,
             'value ' || t.name || '.' || e.enumlabel
        FROM pg_enum e JOIN (
                 SELECT t.oid,
                        CASE WHEN pg_type_is_visible(t.oid) THEN quote_ident(t.typname)
                             ELSE quote_ident(n.nspname) || '.' || quote_ident(t.typname) END AS name
                   FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
             ) t ON t.oid = e.enumtypid
       ORDER BY name
      """;

  private final MigrationSet migrations;
  private final MigratorOptions options;

  /**
   * @param options with the history's schema as it is in the live database
   */
  LossForecast(MigrationSet migrations, MigratorOptions options) {
    this.migrations = migrations;
    this.options = options;
  }

  private record Item(Loss.Kind kind, String holder, String name) {}

  /**
   * @param applied the newest applied version
   * @param live where the rows are estimated
   */
  List<Loss> forecast(RevertPlan plan, String applied, ScratchServer server, Connection live)
      throws SQLException {
    try (ScratchDatabase scratch = server.create()) {
      Migrator there =
          new Migrator(scratch, migrations.upTo(applied), options, MigrationListener.SILENT);
      there.migrate();
      Map<String, Item> gone = contents(scratch);
      there.revert(plan, false);
      gone.keySet().removeAll(contents(scratch).keySet());
      return losses(gone.values(), live);
    }
  }

  private static List<Loss> losses(Collection<Item> gone, Connection live) throws SQLException {
    Set<String> goneTables = new HashSet<>();
    for (Item item : gone) {
      if (item.kind() == Loss.Kind.TABLE) {
        goneTables.add(item.name());
      }
    }
    List<Loss> losses = new ArrayList<>();
    for (Item item : gone) {
      if (item.kind() == Loss.Kind.ENUM_VALUE) {
        losses.add(new Loss(item.name(), item.kind(), 0));
      } else if (item.kind() == Loss.Kind.TABLE || !goneTables.contains(item.holder())) {
        losses.add(new Loss(item.name(), item.kind(), rows(live, item.holder())));
      }
    }
    return losses;
  }

  /** By what makes each the same one afterwards. */
  private static Map<String, Item> contents(ScratchDatabase scratch) throws SQLException {
    Map<String, Item> contents = new LinkedHashMap<>();
    try (Connection connection = scratch.dataSource().getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(HOLDERS_OF_DATA)) {
      while (rows.next()) {
        contents.put(
            rows.getString("identity"),
            new Item(
                Loss.Kind.valueOf(rows.getString("kind")),
                rows.getString("holder"),
                rows.getString("name")));
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
