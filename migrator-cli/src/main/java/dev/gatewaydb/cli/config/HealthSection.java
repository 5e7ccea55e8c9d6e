package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.operate.health.HealthThresholds;
import dev.gatewaydb.migrator.operate.health.HealthThresholds.Levels;
import java.time.Duration;

/**
 * {@code [health]}.
 *
 * @param thresholds those of the file, and the defaults for the rest
 */
public record HealthSection(HealthThresholds thresholds) {
  static HealthSection from(TomlTable table) {
    HealthThresholds usual = HealthThresholds.DEFAULT;
    return new HealthSection(
        new HealthThresholds(
            levels(table, "connections", usual.connections()),
            levels(table, "disk", usual.disk()),
            duration(table, "replication_lag_warning", usual.replicationLagWarning()),
            duration(table, "replication_lag_critical", usual.replicationLagCritical()),
            table.integer("transaction_rate_increase", 1, 1_000_000, usual.rateIncrease()),
            duration(table, "long_query", usual.longQuery()),
            duration(table, "idle_in_transaction", usual.idleInTransaction()),
            percent(table, "dead_rows", usual.deadRows()),
            percent(table, "bloat", usual.bloat()),
            levels(table, "sequences", usual.sequences()),
            levels(table, "transaction_age", usual.transactionAge()),
            percent(table, "cache_hit", usual.cacheHit()),
            duration(table, "unused_index_after", usual.unusedIndexAfter())));
  }

  private static Levels levels(TomlTable table, String key, Levels usual) {
    return new Levels(
        percent(table, key + "_warning", usual.warning()),
        percent(table, key + "_critical", usual.critical()));
  }

  private static int percent(TomlTable table, String key, int usual) {
    return table.integer(key, 0, 100, usual);
  }

  private static Duration duration(TomlTable table, String key, Duration usual) {
    return table.duration(key).orElse(usual);
  }
}
