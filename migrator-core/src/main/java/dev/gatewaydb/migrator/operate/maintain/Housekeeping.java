package dev.gatewaydb.migrator.operate.maintain;

import dev.gatewaydb.migrator.connect.Text;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** VACUUM and ANALYZE, table after table, while the database is used. */
public final class Housekeeping {
  // MAINTAIN is a right of its own since PostgreSQL 17.
  private static final String TABLES =
      """
      SELECT c.oid::regclass::text, pg_table_size(c.oid), coalesce(s.n_dead_tup, 0)
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_stat_all_tables s ON s.relid = c.oid
       WHERE c.relkind IN ('r', 'm') AND c.relpersistence <> 't'
             AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
       ORDER BY coalesce(s.n_dead_tup, 0) DESC, 1
      """;

  private final Maintenance maintenance;
  private final Connection connection;

  /** On what maintenance is connected to. */
  public Housekeeping(Maintenance maintenance) {
    this.maintenance = maintenance;
    this.connection = maintenance.connection();
  }

  /**
   * What became of a table.
   *
   * @param table quoted where needed
   * @param bytesBefore its size, without indexes
   * @param bytesAfter the same; never more room for others unless its end was empty
   * @param deadRows before, about
   * @param seconds that it took
   * @param skipped why nothing was done; empty when it was
   */
  public record Vacuumed(
      String table,
      long bytesBefore,
      long bytesAfter,
      long deadRows,
      double seconds,
      Optional<String> skipped) {}

  private record Candidate(String table, long bytes, long deadRows) {}

  /**
   * Runs them. A table that somebody has locked is skipped, and so is one that isn't this role's.
   *
   * @param names of tables; none: all of the database's, those with most dead rows first
   * @param vacuum whether to vacuum as well; else only ANALYZE
   * @param dryRun whether to do nothing
   * @throws ConfigurationException when a table isn't there
   */
  public List<Vacuumed> run(List<String> names, boolean vacuum, boolean dryRun) {
    String current = "the tables";
    try {
      List<Candidate> tables = candidates(names);
      if (!dryRun) {
        maintenance.lock();
        Query.execute(connection, "SET statement_timeout = 0; SET lock_timeout = '2s'");
      }
      List<Vacuumed> done = new ArrayList<>();
      for (Candidate table : tables) {
        current = table.table();
        if (dryRun) {
          done.add(
              new Vacuumed(
                  current, table.bytes(), table.bytes(), table.deadRows(), 0, Optional.empty()));
        } else {
          maintenance.listener().begins(current, done.size() + 1, tables.size());
          maintenance.standbyLag().await();
          done.add(run(table, vacuum));
        }
      }
      return done;
    } catch (SQLException e) {
      throw Maintenance.failed("%s can't be vacuumed".formatted(current), e);
    }
  }

  private List<Candidate> candidates(List<String> names) throws SQLException {
    List<Candidate> all =
        Query.rows(
            connection,
            row -> new Candidate(row.getString(1), row.getLong(2), row.getLong(3)),
            TABLES);
    if (names.isEmpty()) {
      return all;
    }
    List<String> faults = new ArrayList<>();
    List<Candidate> chosen = new ArrayList<>();
    for (String name : names) {
      Optional<TableName> table = TableName.find(connection, name);
      if (table.isEmpty() || !"rmp".contains(table.get().kind())) {
        faults.add("there is no table " + Text.line(name));
        continue;
      }
      String shown = table.get().shown();
      all.stream()
          .filter(each -> each.table().equals(shown))
          .findFirst()
          .or(() -> Optional.of(new Candidate(shown, 0, 0)))
          .ifPresent(chosen::add);
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults, "Nothing was done.");
    }
    return chosen;
  }

  private Vacuumed run(Candidate table, boolean vacuum) throws SQLException {
    long start = System.nanoTime();
    String skipped = "";
    String options = vacuum ? "VACUUM (ANALYZE, SKIP_LOCKED) " : "ANALYZE (SKIP_LOCKED) ";
    try (Statement statement = connection.createStatement()) {
      statement.execute(options + table.table());
      // What it skips, and why, it says in a warning.
      for (@Nullable SQLWarning warning = statement.getWarnings();
          warning != null && skipped.isEmpty();
          warning = warning.getNextWarning()) {
        skipped = String.valueOf(warning.getMessage());
      }
    }
    long after =
        Query.number(
            connection,
            "SELECT coalesce(pg_table_size(to_regclass('%s')), 0)"
                .formatted(table.table().replace("'", "''")));
    return new Vacuumed(
        table.table(),
        table.bytes(),
        after,
        table.deadRows(),
        (System.nanoTime() - start) / 1e9,
        Optional.of(skipped).filter(text -> !text.isEmpty()));
  }
}
