package dev.gatewaydb.migrator.operate.maintain;

import java.time.Duration;
import java.util.Optional;

/**
 * How long a table's rows are kept.
 *
 * @param name what people call the rule
 * @param table as {@code to_regclass} takes it: {@code user_sessions}, {@code audit."T"}
 * @param column its timestamptz, timestamp or date column, as the catalog spells it; the last two
 *     are taken as UTC, and rows with null stay
 * @param olderThan a row goes when its moment is further back; zero: as soon as it is past
 * @param where a condition in SQL that a row must meet as well; it has the rights of the role
 */
public record RetentionRule(
    String name, String table, String column, Duration olderThan, Optional<String> where) {
  /** Refuses blank names and negative durations. */
  public RetentionRule {
    if (name.isBlank() || table.isBlank() || column.isBlank()) {
      throw new IllegalArgumentException("a rule needs a name, a table and a column");
    }
    if (olderThan.isNegative()) {
      throw new IllegalArgumentException("olderThan is negative: " + olderThan);
    }
  }

  /** With another age. */
  public RetentionRule withOlderThan(Duration age) {
    return new RetentionRule(name, table, column, age, where);
  }
}
