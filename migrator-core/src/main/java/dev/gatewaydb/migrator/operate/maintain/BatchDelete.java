package dev.gatewaydb.migrator.operate.maintain;

import dev.gatewaydb.migrator.error.FailedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/**
 * Deletes one table's old rows, each batch a transaction of its own. Where an index leads to them,
 * in their order; else from the table's first page to its last, as PostgreSQL's TID range scan
 * goes.
 */
final class BatchDelete {
  private static final int FIRST_ROWS = 200;
  private static final int MOST_ROWS = 50_000;
  private static final int FIRST_PAGES = 16;
  private static final int PASSES = 3;
  private static final int COUNTED = 10_001;
  private static final Duration LOCK_TIMEOUT = Duration.ofMillis(200);
  private static final Duration LOCK_PATIENCE = Duration.ofMinutes(1);
  private static final Duration BETWEEN_TRIES = Duration.ofMillis(500);
  private static final String LOCK_NOT_AVAILABLE = "55P03";
  private static final Set<String> TRY_AGAIN = Set.of("40P01", "40001");

  /** Parameter: the table. Readers of it are in nobody's way. */
  private static final String HOLDERS =
      """
      SELECT coalesce(string_agg(DISTINCT 'pid ' || l.pid || ' ('
                 || coalesce(nullif(a.application_name, ''), a.usename, '?') || ')', ', '), 'somebody')
        FROM pg_locks l LEFT JOIN pg_stat_activity a ON a.pid = l.pid
       WHERE l.relation = ?::regclass AND l.granted AND l.pid <> pg_backend_pid()
             AND l.mode <> 'AccessShareLock'
             AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
      """;

  private final Connection connection;
  private final PruneTable table;
  private final StandbyLag lag;
  private final MaintenanceListener listener;
  private long deleted;
  private long batches;
  private Duration longest = Duration.ZERO;
  private boolean skipped;

  BatchDelete(
      Connection connection, PruneTable table, StandbyLag lag, MaintenanceListener listener) {
    this.connection = connection;
    this.table = table;
    this.lag = lag;
    this.listener = listener;
  }

  /** What one statement found and did. */
  private record Batch(long deleted, long found, String last) {}

  long deleted() {
    return deleted;
  }

  PruneReport run() throws SQLException {
    long start = System.nanoTime();
    long left = 0;
    for (int pass = 1; pass <= PASSES; pass++) {
      skipped = false;
      if (table.indexed()) {
        byTime();
      } else {
        byPage();
      }
      left = skipped || table.triggers().isPresent() ? count(COUNTED) : 0;
      if (left == 0 || !skipped) {
        break;
      }
    }
    Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
    return new PruneReport(deleted, left, batches, longest, elapsed);
  }

  /** How many rows are old; at most so many. */
  long count(long most) throws SQLException {
    Query.execute(connection, "SET statement_timeout = 0");
    return Query.number(
        connection,
        "SELECT count(*) FROM (SELECT FROM ONLY %s WHERE %s LIMIT %d) AS old"
            .formatted(table.name(), table.old(), most));
  }

  private void byTime() throws SQLException {
    long expected = Math.max(1, estimate());
    Pace pace = new Pace(FIRST_ROWS, MOST_ROWS);
    String position = "'-infinity'";
    while (true) {
      lag.await();
      int rows = pace.size();
      String from = position;
      Batch batch = batch(pace, skipping -> deleteByTime(from, rows, skipping));
      if (batch.found < 0) {
        continue;
      }
      boolean stuck = batch.deleted == 0 && batch.last.equals(position);
      if (batch.found < rows || stuck) {
        listener.progress(table.name(), deleted, 1);
        return;
      }
      position = batch.last;
      listener.progress(table.name(), deleted, Math.min(0.99, (double) deleted / expected));
    }
  }

  /** From the row where the last batch ended: what it deleted needs no second look. */
  private String deleteByTime(String from, int rows, boolean skipping) {
    return """
        WITH old AS MATERIALIZED (
            SELECT ctid AS place, %2$s AS moment FROM ONLY %1$s
             WHERE %2$s >= %3$s::%4$s AND %5$s ORDER BY %2$s LIMIT %6$d %7$s
        ), gone AS (
            DELETE FROM ONLY %1$s WHERE ctid = ANY (ARRAY(SELECT place FROM old)) AND %5$s RETURNING 1
        )
        SELECT (SELECT count(*) FROM gone), count(*), coalesce(quote_literal(max(moment)::text), '') FROM old
        """
        .formatted(
            table.name(),
            table.column(),
            from,
            table.type(),
            table.old(),
            rows,
            skipping ? "FOR UPDATE SKIP LOCKED" : "");
  }

  private void byPage() throws SQLException {
    int most = (int) Math.max(1, MOST_ROWS / Math.max(1, table.rowsPerPage()));
    Pace pace = new Pace(FIRST_PAGES, most);
    long page = 0;
    while (page < table.pages()) {
      lag.await();
      long first = page;
      long next = page + pace.size();
      Batch batch = batch(pace, skipping -> deleteByPage(first, next, skipping));
      if (batch.found < 0) {
        continue;
      }
      page = next;
      double share = Math.min(1, (double) page / table.pages());
      listener.progress(table.name(), deleted, share);
    }
  }

  private String deleteByPage(long first, long next, boolean skipping) {
    String range = "ctid >= '(%d,0)' AND ctid < '(%d,0)'".formatted(first, next);
    String place =
        skipping
            ? "ctid = ANY (ARRAY(SELECT ctid FROM ONLY %s WHERE %s AND %s FOR UPDATE SKIP LOCKED))"
                .formatted(table.name(), range, table.old())
            : range;
    return """
        WITH gone AS (DELETE FROM ONLY %s WHERE %s AND %s RETURNING 1)
        SELECT count(*), count(*), '' FROM gone
        """
        .formatted(table.name(), place, table.old());
  }

  private interface Sql {
    String of(boolean skipping);
  }

  /**
   * One batch, when nobody is in its way; without the rows that others have locked, when they are.
   *
   * @return found is -1 when it took too long and was cancelled
   */
  private Batch batch(Pace pace, Sql sql) throws SQLException {
    long start = System.nanoTime();
    boolean skipping = false;
    while (true) {
      long began = System.nanoTime();
      try {
        Query.execute(
            connection,
            "SET lock_timeout = %d; SET statement_timeout = %d"
                .formatted(LOCK_TIMEOUT.toMillis(), pace.timeoutMillis()));
        Batch batch =
            Query.one(
                connection,
                row -> new Batch(row.getLong(1), row.getLong(2), row.getString(3)),
                sql.of(skipping));
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        deleted += batch.deleted;
        batches++;
        longest = took.compareTo(longest) > 0 ? took : longest;
        skipped |= skipping;
        pace.took(took);
        return batch;
      } catch (SQLException e) {
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        String state = String.valueOf(e.getSQLState());
        // Cancelled sooner, it was a person.
        if (state.equals(Query.QUERY_CANCELED)
            && pace.timeoutMillis() > 0
            && took.toMillis() >= pace.timeoutMillis()) {
          pace.tookTooLong();
          return new Batch(0, -1, "");
        }
        if (state.equals(LOCK_NOT_AVAILABLE) && table.canLockRows() && !skipping) {
          skipping = true;
        } else if (state.equals(LOCK_NOT_AVAILABLE)) {
          skipping = false;
          waitForLock(start, e);
        } else if (!TRY_AGAIN.contains(state)) {
          throw e;
        }
      }
    }
  }

  private void waitForLock(long start, SQLException e) throws SQLException {
    Duration waited = Duration.ofNanos(System.nanoTime() - start);
    String holders =
        Query.rows(connection, row -> row.getString(1), HOLDERS, table.name()).getFirst();
    if (waited.compareTo(LOCK_PATIENCE) > 0) {
      throw new FailedException(
          "%s, or rows of it, have been locked by %s for %d s"
              .formatted(table.name(), holders, waited.toSeconds()),
          "Run it again when they are done; what was deleted so far stays deleted.",
          e);
    }
    listener.waitingForLock(table.name(), holders, waited);
    Query.pause(BETWEEN_TRIES);
  }

  /** The planner's, which costs nothing. */
  private long estimate() throws SQLException {
    List<String> plan =
        Query.rows(
            connection,
            row -> row.getString(1),
            "EXPLAIN SELECT FROM ONLY %s WHERE %s < %s"
                .formatted(table.name(), table.column(), table.cutoff()));
    String rows = plan.getFirst().replaceFirst("^.* rows=(\\d+) .*$", "$1");
    return rows.matches("\\d{1,18}") ? Long.parseLong(rows) : 0;
  }
}
