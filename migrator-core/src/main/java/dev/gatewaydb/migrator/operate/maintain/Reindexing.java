package dev.gatewaydb.migrator.operate.maintain;

import dev.gatewaydb.migrator.connect.Text;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Builds indexes anew with CONCURRENTLY, and removes what a failed CONCURRENTLY has left behind. As
 * PostgreSQL's "Rebuilding Indexes Concurrently" says, an invalid index whose name ends with ccnew
 * or ccold is dropped, any other invalid one is built anew.
 */
public final class Reindexing {
  /**
   * Those of the database's own tables and of their TOAST tables. One that somebody builds at the
   * moment is invalid, too: its table is locked then as CONCURRENTLY locks it.
   */
  private static final String INDEXES =
      """
      SELECT i.indexrelid::regclass::text, i.indrelid::regclass::text, pg_relation_size(i.indexrelid),
             NOT i.indisvalid, c.relname ~ '_cc(new|old)[0-9]*$', i.indisexclusion, n.nspname = 'pg_toast',
             EXISTS (SELECT FROM pg_locks l WHERE l.relation IN (i.indrelid, i.indexrelid)
                         AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted AND l.pid <> pg_backend_pid()
                         AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())),
             i.indrelid::bigint, i.indexrelid::bigint
        FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind = 'i' AND c.relpersistence <> 't'
             AND (n.nspname = 'pg_toast' OR n.nspname !~ '^pg_' AND n.nspname <> 'information_schema')
       ORDER BY 2, 1
      """;

  private final Maintenance maintenance;
  private final Connection connection;

  /** On what maintenance is connected to. */
  public Reindexing(Maintenance maintenance) {
    this.maintenance = maintenance;
    this.connection = maintenance.connection();
  }

  /** What is done with an index. */
  public enum Action {
    /** It was a left-over. */
    DROP,
    /** Built anew. */
    REBUILD,
    /** Left as it is. */
    SKIP
  }

  /**
   * What became of an index.
   *
   * @param index quoted where needed
   * @param table the same
   * @param action what was done, or would be
   * @param bytesBefore its size
   * @param bytesAfter the same, 0 for one that is gone
   * @param reason why it was skipped, or what went wrong; else empty
   * @param failed whether something went wrong
   */
  public record Reindexed(
      String index,
      String table,
      Action action,
      long bytesBefore,
      long bytesAfter,
      Optional<String> reason,
      boolean failed) {}

  private record Index(
      String name,
      String table,
      long bytes,
      boolean invalid,
      boolean leftOver,
      boolean exclusion,
      boolean toast,
      boolean busy,
      long tableOid,
      long oid) {
    boolean isRemains() {
      return invalid && leftOver;
    }
  }

  /**
   * Removes left-overs, builds invalid indexes anew, and beyond that what was named.
   *
   * @param names of tables and indexes
   * @param all whether every index is meant
   * @param dryRun whether to do nothing
   * @return what was done with each; a failure doesn't keep the others from being done
   * @throws ConfigurationException when a name isn't there
   */
  public List<Reindexed> run(List<String> names, boolean all, boolean dryRun) {
    try {
      List<Long> chosen = oids(names);
      List<Index> work = new ArrayList<>();
      for (Index index : indexes()) {
        boolean named = chosen.contains(index.oid) || chosen.contains(index.tableOid);
        if (index.invalid || (!index.toast && (named || all))) {
          work.add(index);
        }
      }
      if (!dryRun) {
        maintenance.lock();
        // CONCURRENTLY waits for other transactions by design; given up half way, it leaves an
        // invalid index.
        Query.execute(connection, "SET statement_timeout = 0; SET lock_timeout = 0");
      }
      List<Reindexed> done = new ArrayList<>();
      for (Index index : work) {
        if (!dryRun) {
          maintenance.listener().begins(index.name, done.size() + 1, work.size());
          maintenance.standbyLag().await();
        }
        done.add(run(index, dryRun));
      }
      return done;
    } catch (SQLException e) {
      throw Maintenance.failed("indexes can't be built anew", e);
    }
  }

  private List<Index> indexes() throws SQLException {
    return Query.rows(
        connection,
        row ->
            new Index(
                row.getString(1),
                row.getString(2),
                row.getLong(3),
                row.getBoolean(4),
                row.getBoolean(5),
                row.getBoolean(6),
                row.getBoolean(7),
                row.getBoolean(8),
                row.getLong(9),
                row.getLong(10)),
        INDEXES);
  }

  /** Of a partitioned table or index, those of its partitions too. */
  private List<Long> oids(List<String> names) throws SQLException {
    List<String> faults = new ArrayList<>();
    List<Long> oids = new ArrayList<>();
    for (String name : names) {
      Optional<TableName> found = TableName.find(connection, name);
      if (found.isEmpty() || !"rpmiI".contains(found.get().kind())) {
        faults.add("there is no table or index " + Text.line(name));
      } else {
        oids.addAll(
            Query.rows(
                connection,
                row -> row.getLong(1),
                """
                WITH RECURSIVE tree AS (
                    SELECT ?::oid AS oid
                    UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree t ON i.inhparent = t.oid
                ) SELECT oid::bigint FROM tree
                """,
                found.get().oid()));
      }
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults, "Nothing was done.");
    }
    return oids;
  }

  private Reindexed run(Index index, boolean dryRun) throws SQLException {
    if (index.invalid && index.busy) {
      return skipped(index, "somebody works on its table at the moment");
    }
    if (index.exclusion && !index.isRemains()) {
      return skipped(index, "an exclusion constraint's index can't be built CONCURRENTLY");
    }
    Action action = index.isRemains() ? Action.DROP : Action.REBUILD;
    if (dryRun) {
      return new Reindexed(
          index.name, index.table, action, index.bytes, index.bytes, Optional.empty(), false);
    }
    try {
      Query.execute(
          connection,
          (action == Action.DROP
                  ? "DROP INDEX CONCURRENTLY IF EXISTS "
                  : "REINDEX INDEX CONCURRENTLY ")
              + index.name);
      return new Reindexed(
          index.name, index.table, action, index.bytes, size(index), Optional.empty(), false);
    } catch (SQLException e) {
      if (Maintenance.isConnectionLoss(e)) {
        throw e;
      }
      removeRemains(index, e);
      String reason = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
      return new Reindexed(
          index.name, index.table, action, index.bytes, index.bytes, Optional.of(reason), true);
    }
  }

  private static Reindexed skipped(Index index, String reason) {
    return new Reindexed(
        index.name, index.table, Action.SKIP, index.bytes, index.bytes, Optional.of(reason), false);
  }

  /** What our own failure has left. */
  private void removeRemains(Index failed, SQLException cause) throws SQLException {
    for (Index index : indexes()) {
      if (index.tableOid == failed.tableOid && index.isRemains() && !index.busy) {
        try {
          Query.execute(connection, "DROP INDEX CONCURRENTLY IF EXISTS " + index.name);
        } catch (SQLException e) {
          cause.addSuppressed(e);
        }
      }
    }
  }

  private long size(Index index) throws SQLException {
    return Query.number(
        connection,
        "SELECT coalesce(pg_relation_size(to_regclass('%s')), 0)"
            .formatted(index.name.replace("'", "''")));
  }
}
