package dev.gatewaydb.migrator.operate.maintain;

import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.connect.PgBouncer;
import dev.gatewaydb.migrator.connect.ServerVersion;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * Deletes what rules say is too old. Each batch is a transaction that takes half a second or so;
 * killed at any moment, what was committed stays deleted, and the next run goes on from there.
 *
 * <p>For one thread. All methods throw {@link FailedException} when the server refuses or the
 * connection breaks.
 */
public final class Maintenance implements AutoCloseable {
  /** How far a standby may be behind before batches wait: 256 MiB. */
  public static final long USUAL_LAG_BYTES = 256L << 20;

  private static final String REFERENCED = "23503";
  private static final String RAISED = "P0001";
  private static final String SETTINGS =
      """
      SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET jit = off; SET row_security = off;
      SET default_transaction_isolation = 'read committed'; SET idle_in_transaction_session_timeout = 0;
      SET plan_cache_mode = force_custom_plan; SET statement_timeout = 0; SET lock_timeout = '2s'
      """;
  // The planner gets no choice but the index: under stale statistics it would read the whole table
  // for each batch.
  private static final String BY_INDEX =
      "SET enable_seqscan = off; SET enable_bitmapscan = off; SET enable_sort = off";
  private static final String ANY_PLAN =
      "RESET enable_seqscan; RESET enable_bitmapscan; RESET enable_sort";

  private final OneConnectionDataSource one;
  private final Connection connection;
  private final long maxLagBytes;
  private final MaintenanceListener listener;
  private final Instant now;
  private boolean locked;

  private Maintenance(OneConnectionDataSource one, long maxLagBytes, MaintenanceListener listener)
      throws SQLException {
    this.one = one;
    this.connection = one.getConnection();
    this.maxLagBytes = maxLagBytes;
    this.listener = listener;
    ServerVersion.of(connection).requireSupported();
    if (PgBouncer.isBetween(connection)) {
      throw new ConfigurationException(
          "a pooler such as PgBouncer stands between, where session locks and settings don't hold",
          "Connect to the server itself.");
    }
    Query.execute(connection, SETTINGS);
    this.now =
        Query.one(
            connection,
            row -> Instant.parse(row.getString(1)),
            "SELECT to_char(now(), 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')");
  }

  /**
   * Connects.
   *
   * @param source gives a connection of its own: it is no pool, since session settings change
   * @param maxLagBytes a standby that is further behind makes batches wait; 0: never; needs the
   *     rights of pg_monitor
   * @throws dev.gatewaydb.migrator.error.UnreachableException with the cause and what to do
   * @throws ConfigurationException when a pooler stands between
   */
  public static Maintenance open(
      DataSource source, long maxLagBytes, MaintenanceListener listener) {
    OneConnectionDataSource one = OneConnectionDataSource.open(source);
    try {
      return new Maintenance(one, maxLagBytes, listener);
    } catch (SQLException | RuntimeException e) {
      closeAfter(one, e);
      throw e instanceof RuntimeException known
          ? known
          : failed("maintenance can't begin", (SQLException) e);
    }
  }

  private static void closeAfter(OneConnectionDataSource one, Exception e) {
    try {
      one.close();
    } catch (SQLException closing) {
      e.addSuppressed(closing);
    }
  }

  /**
   * What each rule means here. Changes nothing.
   *
   * @throws ConfigurationException naming every rule that doesn't fit, and why
   */
  public List<RetentionPlan> plan(List<RetentionRule> rules) {
    return plan(rules, true);
  }

  List<RetentionPlan> plan(List<RetentionRule> rules, boolean deleting) {
    List<String> faults = new ArrayList<>();
    List<RetentionPlan> plans = new ArrayList<>();
    try {
      RetentionPlanner planner = new RetentionPlanner(connection, now, deleting);
      for (RetentionRule rule : rules) {
        planner.plan(rule, faults).ifPresent(plans::add);
      }
    } catch (SQLException e) {
      throw failed("the rules can't be looked at", e);
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults, "Nothing was deleted. Correct these rules.");
    }
    return plans;
  }

  /** How many rows a rule would delete now. */
  public long count(RetentionPlan plan) {
    try {
      long rows = 0;
      for (PruneTable table : plan.tables()) {
        rows += deletion(table).count(Long.MAX_VALUE);
      }
      return rows;
    } catch (SQLException e) {
      throw failed("rows of rule '%s' can't be counted".formatted(plan.rule().name()), e);
    }
  }

  /**
   * Deletes.
   *
   * @throws RefusedException when another run is under way, this server is a standby, or a trigger
   *     refuses
   */
  public PruneReport prune(RetentionPlan plan) {
    PruneReport report = PruneReport.NONE;
    BatchDelete current = null;
    try {
      lock();
      for (PruneTable table : plan.tables()) {
        current = deletion(table);
        Query.execute(connection, table.indexed() ? BY_INDEX : ANY_PLAN);
        report = report.plus(current.run());
        current = null;
      }
      return report;
    } catch (SQLException e) {
      long done = report.deleted() + (current == null ? 0 : current.deleted());
      throw explained(plan, done, e);
    }
  }

  private BatchDelete deletion(PruneTable table) {
    return new BatchDelete(
        connection, table, new StandbyLag(connection, maxLagBytes, listener), listener);
  }

  Connection connection() {
    return connection;
  }

  MaintenanceListener listener() {
    return listener;
  }

  StandbyLag standbyLag() {
    return new StandbyLag(connection, maxLagBytes, listener);
  }

  /** Keeps other runs away until this is closed. */
  void lock() throws SQLException {
    if (locked) {
      return;
    }
    if (Query.one(connection, row -> row.getBoolean(1), "SELECT pg_is_in_recovery()")) {
      throw new RefusedException(
          "this server is a standby, which can't delete", "Connect to the primary.", null);
    }
    MaintenanceLock.take(connection);
    locked = true;
  }

  private static RuntimeException explained(RetentionPlan plan, long done, SQLException e) {
    String what = plan.rule().table();
    String state = String.valueOf(e.getSQLState());
    Optional<String> triggers =
        plan.tables().stream().flatMap(table -> table.triggers().stream()).findFirst();
    if (triggers.isPresent() && (state.equals(Query.NO_RIGHT) || state.equals(RAISED))) {
      return new RefusedException(
          "a trigger of %s (%s) refuses: %s".formatted(what, triggers.get(), message(e)),
          "Rows are meant to stay, or to go another way: a function of the schema's that may prune,"
              + " as audit.prune_function in gwdb.toml.",
          e);
    }
    if (state.equals(REFERENCED)) {
      return new FailedException(
          "after %d rows, one of %s is still referred to: %s".formatted(done, what, message(e)),
          "Prune the referring table first, or leave such rows out with the rule's where.",
          e);
    }
    return failed("pruning of %s broke off after %d rows".formatted(what, done), e);
  }

  static FailedException failed(String what, SQLException e) {
    return new FailedException(
        "%s: %s".formatted(what, message(e)),
        "What was done until then stays; the same command goes on from there.",
        e);
  }

  private static String message(SQLException e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }

  static boolean isConnectionLoss(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.startsWith("08") || state.startsWith("57P");
  }

  /** Ends the session, and with it the lock. */
  @Override
  public void close() {
    try {
      Query.execute(connection, "SELECT pg_advisory_unlock_all(); RESET ALL");
    } catch (SQLException e) {
      // The session is gone, and the lock with it.
    } finally {
      try {
        one.close();
      } catch (SQLException e) {
        // The same.
      }
    }
  }
}
