package dev.gatewaydb.migrator.operate.maintain;

import java.util.Optional;

/**
 * A table that holds rows itself: not a partitioned one, but its partitions.
 *
 * @param name quoted where needed, as all of these
 * @param type timestamptz, timestamp or date
 * @param cutoff a literal
 * @param indexed whether an index leads to the old rows
 * @param pages that it has, about
 * @param rowsPerPage the same
 * @param canLockRows whether the role may, as SKIP LOCKED needs it
 * @param triggers that run on a deletion and may keep rows
 */
record PruneTable(
    String name,
    String column,
    String type,
    String cutoff,
    Optional<String> where,
    boolean indexed,
    long pages,
    double rowsPerPage,
    boolean canLockRows,
    Optional<String> triggers) {
  /** What a row must meet; on lines of its own, in case the condition ends with a comment. */
  String old() {
    return column
        + " < "
        + cutoff
        + where.map(condition -> " AND (\n%s\n)".formatted(condition)).orElse("");
  }
}
