package dev.gatewaydb.migrator.operate.health;

import dev.gatewaydb.migrator.operate.health.HealthThresholds.Levels;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** What the measurements mean. */
final class HealthRules {
  private static final double SLOT_BYTES = 1L << 30;

  private final HealthThresholds limits;
  private final Map<String, List<HealthRow>> sections;
  private final List<HealthFinding> findings = new ArrayList<>();

  HealthRules(HealthThresholds limits, Map<String, List<HealthRow>> sections) {
    this.limits = limits;
    this.sections = sections;
  }

  List<HealthFinding> findings() {
    each("server", this::server);
    each("disk", this::disk);
    each("connections", this::connections);
    each("sessions", this::session);
    new BlockingTree(sections.getOrDefault("sessions", List.of())).findings(findings::add);
    each("replication", row -> lag("standby " + row.text("standby") + " is", row));
    each("replicationSlots", this::slot);
    each("deadRows", this::deadRows);
    each("bloat", this::bloat);
    each("indexes", this::index);
    each("sequences", this::sequence);
    return findings.stream().sorted(Comparator.comparing(f -> !f.critical())).toList();
  }

  private void each(String section, Consumer<HealthRow> rule) {
    sections.getOrDefault(section, List.of()).forEach(rule);
  }

  private void add(boolean critical, String check, String message, String nextStep) {
    findings.add(new HealthFinding(critical, check, message, nextStep));
  }

  /** Nothing below the first level. */
  private void level(double percent, Levels levels, String check, String what, String nextStep) {
    if (percent >= levels.warning()) {
      boolean critical = percent >= levels.critical();
      add(
          critical,
          check,
          "%s: %.0f %% (limit %d %%)"
              .formatted(what, percent, critical ? levels.critical() : levels.warning()),
          nextStep);
    }
  }

  private void server(HealthRow row) {
    level(
        row.number("transactionAgePercent"),
        limits.transactionAge(),
        "transactionAge",
        "transaction ids used since the last freeze",
        "VACUUM FREEZE as a superuser or owner, after ending old transactions, unused replication"
            + " slots and prepared transactions, which hold it back.");
    if (row.has("cacheHitPercent") && row.number("cacheHitPercent") < limits.cacheHit()) {
      add(
          false,
          "cacheHit",
          "only %.1f %% of blocks were found in shared_buffers (limit %d %%)"
              .formatted(row.number("cacheHitPercent"), limits.cacheHit()),
          "Raise shared_buffers, or look for statements that read whole tables.");
    }
    if (row.flag("standby")) {
      lag("this standby is", row);
    }
  }

  private void disk(HealthRow row) {
    level(
        row.number("percent"),
        limits.disk(),
        "disk",
        "the volume of " + row.text("path"),
        "Make room or enlarge it. Retention rules, old replication slots and bloat are where space"
            + " usually is.");
  }

  private void connections(HealthRow row) {
    level(
        row.number("percent"),
        limits.connections(),
        "connections",
        "%.0f of %.0f connections are used".formatted(row.number("used"), row.number("max")),
        "See which application has them (clients), lower its pool (DB_MAX_OPEN_CONNS), or put a"
            + " pooler in front.");
  }

  private void session(HealthRow row) {
    double seconds = row.number("stateSeconds");
    String who =
        "pid %s (%s)".formatted(row.text("pid"), or(row.text("application"), row.text("user")));
    String end = "SELECT pg_cancel_backend(%s) stops it.".formatted(row.text("pid"));
    boolean active = row.text("state").equals("active");
    if (active && seconds >= limits.longQuery().toSeconds() && row.text("blockedBy").isEmpty()) {
      add(
          false,
          "longQuery",
          "%s has run a statement for %s: %s".formatted(who, time(seconds), row.text("query")),
          end);
    } else if (row.text("state").startsWith("idle in transaction")
        && seconds >= limits.idleInTransaction().toSeconds()) {
      add(
          false,
          "idleInTransaction",
          "%s has been idle in a transaction for %s; its last statement: %s"
              .formatted(who, time(seconds), row.text("query")),
          "It holds locks and keeps VACUUM from cleaning up. SELECT pg_terminate_backend(%s) ends it;"
                  .formatted(row.text("pid"))
              + " idle_in_transaction_session_timeout prevents it.");
    }
  }

  private void lag(String who, HealthRow row) {
    double seconds = row.number("lagSeconds");
    if (seconds * 1000 >= limits.replicationLagWarning().toMillis()) {
      boolean critical = seconds * 1000 >= limits.replicationLagCritical().toMillis();
      add(
          critical,
          "replicationLag",
          "%s %s behind (limit %s)"
              .formatted(
                  who,
                  time(seconds),
                  time(
                      (critical ? limits.replicationLagCritical() : limits.replicationLagWarning())
                              .toMillis()
                          / 1000.0)),
          "Look at the standby's load, its network, and long queries on it that hold replay back.");
    }
  }

  private void slot(HealthRow row) {
    if (!row.flag("active") && row.number("retainedBytes") >= SLOT_BYTES) {
      add(
          true,
          "replicationSlots",
          "replication slot %s is not used and keeps %s of WAL"
              .formatted(row.text("slot"), bytes(row.number("retainedBytes"))),
          "Start its consumer, or SELECT pg_drop_replication_slot('%s'): it fills the disk."
              .formatted(row.text("slot")));
    }
  }

  private void deadRows(HealthRow row) {
    String table = row.text("table");
    if (row.number("percent") >= limits.deadRows()) {
      add(
          false,
          "deadRows",
          "%s: %.0f %% of its rows are dead (limit %d %%)"
              .formatted(table, row.number("percent"), limits.deadRows()),
          "VACUUM (ANALYZE) %s; see what keeps autovacuum from it, such as old transactions."
              .formatted(table));
    }
    if (row.flag("statisticsOld")) {
      add(
          false,
          "statistics",
          "%s has changed much since its statistics were made".formatted(table),
          "ANALYZE %s".formatted(table));
    }
  }

  private void bloat(HealthRow row) {
    add(
        false,
        "bloat",
        "%s: about %.0f %% of it is air, %s"
            .formatted(row.text("table"), row.number("percent"), bytes(row.number("bloatBytes"))),
        "pg_repack rewrites it while it is used; VACUUM FULL %s locks it meanwhile."
            .formatted(row.text("table")));
  }

  private void index(HealthRow row) {
    String index = row.text("index");
    String size = bytes(row.number("bytes"));
    switch (row.text("problem")) {
      case "invalid" ->
          add(
              false,
              "invalidIndex",
              "index %s of %s is invalid, left behind by a failed CONCURRENTLY"
                  .formatted(index, row.text("table")),
              "DROP INDEX CONCURRENTLY %s, or REINDEX INDEX CONCURRENTLY it.".formatted(index));
      case "duplicate" ->
          add(
              false,
              "duplicateIndex",
              "index %s (%s) is the same as %s".formatted(index, size, row.text("duplicateOf")),
              "A new migration may drop it: DROP INDEX CONCURRENTLY %s.".formatted(index));
      default ->
          add(
              false,
              "unusedIndex",
              "index %s of %s (%s) was never used since statistics began"
                  .formatted(index, row.text("table"), size),
              "If no standby uses it either, a new migration may drop it: DROP INDEX CONCURRENTLY %s."
                  .formatted(index));
    }
  }

  private void sequence(HealthRow row) {
    level(
        row.number("percent"),
        limits.sequences(),
        "sequences",
        "sequence %s has reached %s of %s"
            .formatted(row.text("sequence"), row.text("lastValue"), row.text("limit")),
        "Change its column to BIGINT, and the sequence with ALTER SEQUENCE … AS BIGINT, before"
            + " inserts fail.");
  }

  private static String or(String text, String fallback) {
    return text.isEmpty() ? fallback : text;
  }

  static String time(double seconds) {
    return seconds < 120
        ? "%.1f s".formatted(seconds)
        : "%d min".formatted(Duration.ofSeconds((long) seconds).toMinutes());
  }

  static String bytes(double bytes) {
    double mib = bytes / (1 << 20);
    return mib < 1024 ? "%.1f MiB".formatted(mib) : "%.1f GiB".formatted(mib / 1024);
  }
}
