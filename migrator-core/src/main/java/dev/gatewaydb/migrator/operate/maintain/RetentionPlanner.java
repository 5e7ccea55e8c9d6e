package dev.gatewaydb.migrator.operate.maintain;

import dev.gatewaydb.migrator.connect.Text;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Looks whether a rule fits the database. */
final class RetentionPlanner {
  private static final Set<String> TIME_TYPES =
      Set.of("timestamp with time zone", "timestamp without time zone", "date");

  /** Java writes years before it in a way that PostgreSQL doesn't read. */
  private static final Instant EARLIEST = Instant.parse("0001-01-01T00:00:00Z");

  /** Parameter: the table. With what inherits from it, partitions among them. */
  private static final String TREE =
      """
      WITH RECURSIVE tree AS (
          SELECT ?::oid AS oid UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree t ON i.inhparent = t.oid
      )
      """;

  /** Parameters: the table, whether to delete, the column. */
  private static final String TABLES =
      TREE
          + """
          SELECT c.oid::regclass::text, c.relkind::text, quote_ident(a.attname), base.type,
                 EXISTS (SELECT FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am m ON m.oid = x.relam
                          WHERE i.indrelid = c.oid AND m.amname = 'btree' AND i.indisvalid AND i.indkey[0] = a.attnum
                                AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid)
                                     = format('(%I IS NOT NULL)', a.attname))),
                 greatest(c.relpages, pg_relation_size(c.oid) / current_setting('block_size')::int)::bigint,
                 CASE WHEN c.relpages > 0 AND c.reltuples > 0 THEN c.reltuples / c.relpages ELSE 100 END,
                 has_table_privilege(c.oid, 'SELECT') AND (NOT ? OR has_table_privilege(c.oid, 'DELETE')),
                 has_any_column_privilege(c.oid, 'UPDATE'),
                 (SELECT string_agg(quote_ident(t.tgname), ', ' ORDER BY t.tgname) FROM pg_trigger t
                   WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D' AND t.tgtype & 8 > 0)
            FROM tree JOIN pg_class c ON c.oid = tree.oid
            JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = ? AND a.attnum > 0 AND NOT a.attisdropped
            CROSS JOIN LATERAL (
                WITH RECURSIVE d AS (
                    SELECT t.oid, t.typtype, t.typbasetype FROM pg_type t WHERE t.oid = a.atttypid
                    UNION ALL SELECT t.oid, t.typtype, t.typbasetype FROM pg_type t JOIN d ON t.oid = d.typbasetype
                     WHERE d.typtype = 'd'
                ) SELECT format_type(oid, NULL) AS type FROM d WHERE typtype <> 'd'
            ) AS base
           ORDER BY 1
          """;

  /** Parameter: the table. Foreign keys that a deletion has to look at, and whether it can. */
  private static final String REFERENCES =
      TREE
          + """
          SELECT DISTINCT quote_ident(k.conname), k.conrelid::regclass::text, k.confdeltype::text,
                 (SELECT string_agg(quote_ident(a.attname), ', ' ORDER BY u.place)
                    FROM unnest(k.conkey) WITH ORDINALITY AS u (attnum, place)
                    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum),
                 EXISTS (SELECT FROM pg_index i
                          WHERE i.indrelid = k.conrelid AND i.indisvalid AND i.indpred IS NULL
                                AND (string_to_array(i.indkey::text, ' ')::int2[])[1:cardinality(k.conkey)] @> k.conkey)
            FROM pg_constraint k JOIN tree ON tree.oid = k.confrelid
           WHERE k.contype = 'f' AND k.conparentid = 0
           ORDER BY 2, 1
          """;

  private final Connection connection;
  private final Instant now;
  private final boolean deleting;

  /** Whether it is for deleting, or only looks. */
  RetentionPlanner(Connection connection, Instant now, boolean deleting) {
    this.connection = connection;
    this.now = now;
    this.deleting = deleting;
  }

  private record Found(
      String name,
      String kind,
      String column,
      String type,
      boolean indexed,
      long pages,
      double rowsPerPage,
      boolean allowed,
      boolean canLockRows,
      Optional<String> triggers) {}

  /** Adds to the faults, and returns nothing, when it doesn't fit. */
  Optional<RetentionPlan> plan(RetentionRule rule, List<String> faults) throws SQLException {
    int before = faults.size();
    String label = "rule '%s': ".formatted(Text.line(rule.name()));
    Optional<TableName> table = TableName.find(connection, rule.table());
    if (table.isEmpty()) {
      faults.add(label + "there is no table " + Text.line(rule.table()));
      return Optional.empty();
    }
    Optional<String> unfit = table.get().whyNotPrunable();
    if (unfit.isPresent()) {
      faults.add(label + unfit.get());
      return Optional.empty();
    }
    List<PruneTable> tables = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    Instant cutoff = now.minus(rule.olderThan());
    cutoff = cutoff.isBefore(EARLIEST) ? EARLIEST : cutoff;
    for (Found found : tables(table.get().oid(), rule.column())) {
      faultOf(found).ifPresent(fault -> faults.add(label + fault));
      if (faults.size() == before && !found.kind.equals("p")) {
        tables.add(prunable(found, rule, cutoff));
        indexNote(found).ifPresent(notes::add);
        found.triggers.ifPresent(
            names ->
                notes.add("%s: triggers run on each deletion: %s".formatted(found.name, names)));
      }
    }
    if (tables.isEmpty() && faults.size() == before) {
      missingColumn(table.get(), rule.column()).ifPresent(fault -> faults.add(label + fault));
    }
    if (faults.size() == before && !tables.isEmpty()) {
      conditionFault(tables.getFirst()).ifPresent(fault -> faults.add(label + fault));
    }
    if (faults.size() > before) {
      return Optional.empty();
    }
    if (table.get().isPartitioned()) {
      notes.add(
          "%s is partitioned: rows are deleted from each of %d; a partition that is past as a whole"
                  .formatted(table.get().shown(), tables.size())
              + " goes faster with ALTER TABLE … DETACH PARTITION … CONCURRENTLY and DROP TABLE");
    }
    notes.addAll(referenceNotes(table.get()));
    return Optional.of(new RetentionPlan(rule, cutoff, tables, notes));
  }

  private List<Found> tables(long oid, String column) throws SQLException {
    return Query.rows(
        connection,
        row ->
            new Found(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                row.getString(4),
                row.getBoolean(5),
                row.getLong(6),
                row.getDouble(7),
                row.getBoolean(8),
                row.getBoolean(9),
                Optional.ofNullable(row.getString(10))),
        TABLES,
        oid,
        deleting,
        column);
  }

  private Optional<String> faultOf(Found found) {
    if (found.kind.equals("f")) {
      return Optional.of(
          found.name + " is a foreign table; its rows are for the server that has them to delete");
    }
    if (!TIME_TYPES.contains(found.type)) {
      return Optional.of(
          "%s.%s is %s; it must be timestamptz, timestamp or date"
              .formatted(found.name, found.column, found.type));
    }
    return found.allowed
        ? Optional.empty()
        : Optional.of(
            "this role may not %2$s rows of %1$s; its owner may GRANT %3$s ON %1$s TO it"
                .formatted(
                    found.name,
                    deleting ? "read and delete" : "read",
                    deleting ? "SELECT, DELETE" : "SELECT"));
  }

  private static PruneTable prunable(Found found, RetentionRule rule, Instant cutoff) {
    return new PruneTable(
        found.name,
        found.column,
        found.type,
        // ISO 8601 in UTC. PostgreSQL leaves out the zone for the types without, and the time of
        // day
        // for date.
        "'%s'::%s".formatted(cutoff, found.type),
        rule.where(),
        found.indexed,
        found.pages,
        found.rowsPerPage,
        found.canLockRows,
        found.triggers);
  }

  private static Optional<String> indexNote(Found found) {
    return found.indexed
        ? Optional.empty()
        : Optional.of(
            "%1$s has no index that begins with %2$s, so all of it is read: CREATE INDEX CONCURRENTLY ON %1$s (%2$s)"
                .formatted(found.name, found.column));
  }

  private Optional<String> missingColumn(TableName table, String column) throws SQLException {
    List<String> columns =
        Query.rows(
            connection,
            row -> row.getString(1),
            "SELECT attname FROM pg_attribute WHERE attrelid = ?::oid AND attnum > 0 AND NOT attisdropped",
            table.oid());
    // A partitioned table without partitions has the column, and nothing to delete.
    return columns.contains(column)
        ? Optional.empty()
        : Optional.of(
            "%s has no column %s%s"
                .formatted(
                    table.shown(),
                    Text.line(column),
                    Text.nearest(column, columns)
                        .map(near -> "; did you mean %s?".formatted(near))
                        .orElse("")));
  }

  /** Tried without parentheses, too: "a) OR (b" is no condition. */
  private Optional<String> conditionFault(PruneTable table) throws SQLException {
    if (table.where().isEmpty()) {
      return Optional.empty();
    }
    if (table.where().get().contains(";")) {
      return Optional.of("where holds a semicolon; it is one condition");
    }
    try {
      String select = "EXPLAIN SELECT FROM ONLY %s WHERE %s\n";
      Query.execute(connection, select.formatted(table.name(), table.where().get()));
      Query.execute(connection, select.formatted(table.name(), table.old()));
      return Optional.empty();
    } catch (SQLException e) {
      if (Maintenance.isConnectionLoss(e)) {
        throw e;
      }
      return Optional.of("where can't be used: " + Text.line(String.valueOf(e.getMessage())));
    }
  }

  private List<String> referenceNotes(TableName table) throws SQLException {
    List<String> notes = new ArrayList<>();
    Query.rows(
        connection,
        row -> {
          String child = row.getString(2);
          if (!row.getBoolean(5)) {
            notes.add(
                "for each row deleted, all of %1$s is read to check its key %2$s: CREATE INDEX CONCURRENTLY ON %1$s (%3$s)"
                    .formatted(child, row.getString(1), row.getString(4)));
          }
          if (row.getString(3).equals("c")) {
            notes.add("rows of %s that refer to a deleted one go with it".formatted(child));
          }
          return child;
        },
        REFERENCES,
        table.oid());
    return notes;
  }
}
