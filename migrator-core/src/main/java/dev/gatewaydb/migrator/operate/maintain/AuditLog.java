package dev.gatewaydb.migrator.operate.maintain;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** An audit trail: how it grows, and how its oldest rows go. */
public final class AuditLog {
  private static final int FIRST_ROWS = 200;
  private static final int MOST_ROWS = 50_000;
  private static final long ENOUGH_ROWS = 1000;

  /** Parameter: the table, perhaps partitioned. */
  private static final String SIZE =
      """
      WITH RECURSIVE tree AS (
          SELECT to_regclass(?)::oid AS oid
          UNION SELECT i.inhrelid FROM pg_inherits i JOIN tree t ON i.inhparent = t.oid
      )
      SELECT sum(pg_total_relation_size(c.oid))::bigint, sum(greatest(c.reltuples, 0))::bigint
        FROM tree JOIN pg_class c ON c.oid = tree.oid
      """;

  private final Maintenance maintenance;
  private final Connection connection;
  private final AuditTable table;

  /** Of a database that maintenance is connected to. */
  public AuditLog(Maintenance maintenance, AuditTable table) {
    this.maintenance = maintenance;
    this.connection = maintenance.connection();
    this.table = table;
  }

  /**
   * How it grows.
   *
   * @param daysBack how many days to look at, today included; 1 or more
   */
  public AuditVolume volume(int daysBack) {
    RetentionPlan plan = rule(Duration.ZERO, false);
    LocalDate today = LocalDate.ofInstant(plan.before(), ZoneOffset.UTC);
    LocalDate from = today.minusDays(daysBack - 1L);
    try {
      SortedMap<LocalDate, Long> days = days(plan, from);
      Map.Entry<Long, Long> size =
          Query.rows(
                  connection, row -> Map.entry(row.getLong(1), row.getLong(2)), SIZE, table.name())
              .getFirst();
      long seen = days.values().stream().mapToLong(Long::longValue).sum();
      long rows = Math.max(seen, size.getValue());
      boolean measured = rows >= ENOUGH_ROWS;
      return new AuditVolume(
          rows,
          size.getKey(),
          days,
          perDay(days, from, today),
          measured ? (double) size.getKey() / rows : AuditVolume.GUIDE_BYTES,
          measured);
    } catch (SQLException e) {
      throw Maintenance.failed("%s can't be measured".formatted(table.name()), e);
    }
  }

  /** Today isn't over, so it counts only when there is nothing else. */
  private double perDay(SortedMap<LocalDate, Long> days, LocalDate from, LocalDate today)
      throws SQLException {
    if (days.isEmpty()) {
      return 0;
    }
    SortedMap<LocalDate, Long> whole = days.headMap(today);
    if (whole.isEmpty()) {
      return days.getOrDefault(today, 0L);
    }
    boolean older =
        Query.one(
            connection,
            row -> row.getBoolean(1),
            "SELECT EXISTS (SELECT FROM %s WHERE %s < '%s'::date)"
                .formatted(qualified(), column(), from));
    LocalDate since = older ? from : whole.firstKey();
    double sum = whole.values().stream().mapToLong(Long::longValue).sum();
    return sum / Math.max(1, ChronoUnit.DAYS.between(since, today));
  }

  private SortedMap<LocalDate, Long> days(RetentionPlan plan, LocalDate from) throws SQLException {
    SortedMap<LocalDate, Long> days = new TreeMap<>();
    if (plan.tables().isEmpty()) {
      return days;
    }
    // The session's time zone is UTC.
    Query.rows(
        connection,
        row -> days.merge(LocalDate.parse(row.getString(1)), row.getLong(2), Long::sum),
        "SELECT %2$s::date::text, count(*) FROM %1$s WHERE %2$s >= '%3$s'::date GROUP BY 1"
            .formatted(qualified(), column(), from));
    return days;
  }

  private String qualified() throws SQLException {
    return TableName.find(connection, table.name()).map(TableName::shown).orElse(table.name());
  }

  private String column() {
    return '"' + table.column().replace("\"", "\"\"") + '"';
  }

  /**
   * What pruning would do. Changes nothing.
   *
   * @throws RefusedException for less than the policy allows
   * @throws ConfigurationException when the table or the function isn't there, or doesn't fit
   */
  public RetentionPlan plan(Duration olderThan) {
    requirePolicy(table, olderThan);
    RetentionPlan plan = rule(olderThan, table.pruneFunction().isEmpty());
    if (table.pruneFunction().isPresent()) {
      requireFunction(table.pruneFunction().get());
    }
    return plan;
  }

  /**
   * Refuses an age below the policy's.
   *
   * @throws RefusedException naming the policy
   */
  public static void requirePolicy(AuditTable table, Duration olderThan) {
    if (olderThan.compareTo(table.policy().least()) < 0) {
      throw new RefusedException(
          "%s is kept for %d days at least (policy %s), and %s is less"
              .formatted(
                  table.name(),
                  table.policy().least().toDays(),
                  table.policy().name().toLowerCase(Locale.ROOT),
                  olderThan.toDays() > 1 ? olderThan.toDays() + " days" : olderThan),
          "Say --older-than %dd or more.".formatted(table.policy().least().toDays()),
          null);
    }
  }

  /**
   * Refuses rules that would delete rows of this table before their time.
   *
   * @throws RefusedException naming the policy
   */
  public void protect(List<RetentionRule> rules) {
    try {
      Optional<TableName> ours = TableName.find(connection, table.name());
      for (RetentionRule rule : rules) {
        if (ours.isPresent() && ours.equals(TableName.find(connection, rule.table()))) {
          requirePolicy(table, rule.olderThan());
        }
      }
    } catch (SQLException e) {
      throw Maintenance.failed("the rules can't be looked at", e);
    }
  }

  private RetentionPlan rule(Duration olderThan, boolean deleting) {
    return maintenance
        .plan(
            List.of(
                new RetentionRule(
                    "audit", table.name(), table.column(), olderThan, Optional.empty())),
            deleting)
        .getFirst();
  }

  private void requireFunction(String function) {
    String signature = function + "(timestamp with time zone, integer)";
    try {
      List<String> faults =
          Query.rows(
              connection,
              row -> row.getString(1),
              """
              SELECT CASE WHEN p IS NULL THEN 'isn''t there'
                          WHEN NOT has_function_privilege(p, 'EXECUTE') THEN 'is not for this role to execute' END
                FROM (SELECT to_regprocedure(?) AS p) AS found
              """,
              signature);
      if (faults.getFirst() != null) {
        throw new ConfigurationException(
            "the function %s %s".formatted(signature, faults.getFirst()),
            "Its owner may GRANT EXECUTE ON it; audit.prune_function in gwdb.toml names it.");
      }
    } catch (SQLException e) {
      throw Maintenance.failed("the function %s can't be found".formatted(signature), e);
    }
  }

  /**
   * Deletes.
   *
   * @param plan from {@link #plan}
   * @throws RefusedException when the table or its function refuses, or another run is under way
   */
  public PruneReport prune(RetentionPlan plan) {
    return table.pruneFunction().isPresent()
        ? byFunction(table.pruneFunction().get(), plan.before())
        : maintenance.prune(plan);
  }

  private PruneReport byFunction(String function, Instant before) {
    long start = System.nanoTime();
    Pace pace = new Pace(FIRST_ROWS, MOST_ROWS);
    StandbyLag lag = maintenance.standbyLag();
    PruneReport report = PruneReport.NONE;
    try {
      maintenance.lock();
      while (true) {
        lag.await();
        long began = System.nanoTime();
        long rows =
            Query.number(
                connection,
                "SELECT %s('%s'::timestamptz, %d)".formatted(function, before, pace.size()));
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        if (rows <= 0) {
          Duration elapsed = Duration.ofNanos(System.nanoTime() - start);
          return new PruneReport(report.deleted(), 0, report.batches(), report.longest(), elapsed);
        }
        pace.took(took);
        report = report.plus(new PruneReport(rows, 0, 1, took, took));
        maintenance.listener().progress(table.name(), report.deleted(), Double.NaN);
      }
    } catch (SQLException e) {
      String what = "%s, after %d rows".formatted(function, report.deleted());
      if (Query.NO_RIGHT.equals(e.getSQLState())) {
        throw new RefusedException(
            "%s, refuses: %s".formatted(what, e.getMessage()),
            "What was deleted until then stays deleted.",
            e);
      }
      throw Maintenance.failed(what, e);
    }
  }
}
