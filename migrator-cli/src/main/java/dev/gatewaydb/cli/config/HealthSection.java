package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.operate.health.HealthThresholds;
import dev.gatewaydb.migrator.operate.health.HealthThresholds.Levels;

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
            table.duration("replication_lag_warning", usual.replicationLagWarning()),
            table.duration("replication_lag_critical", usual.replicationLagCritical()),
            table.integer("transaction_rate_increase", 1, 1_000_000, usual.rateIncrease()),
            table.duration("long_query", usual.longQuery()),
            table.duration("idle_in_transaction", usual.idleInTransaction()),
            percent(table, "dead_rows", usual.deadRows()),
            percent(table, "bloat", usual.bloat()),
            levels(table, "sequences", usual.sequences()),
            levels(table, "transaction_age", usual.transactionAge()),
            percent(table, "cache_hit", usual.cacheHit()),
            table.duration("unused_index_after", usual.unusedIndexAfter())));
  }

  private static Levels levels(TomlTable table, String key, Levels usual) {
    return new Levels(
        percent(table, key + "_warning", usual.warning()),
        percent(table, key + "_critical", usual.critical()));
  }

  private static int percent(TomlTable table, String key, int usual) {
    return table.integer(key, 0, 100, usual);
  }
}
