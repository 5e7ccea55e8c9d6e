package dev.gatewaydb.migrator.operate.maintain;

import java.time.Instant;
import java.util.List;

/** A rule that fits the database, and what is worth knowing before it runs. */
public final class RetentionPlan {
  private final RetentionRule rule;
  private final Instant before;
  private final List<PruneTable> tables;
  private final List<String> notes;

  RetentionPlan(RetentionRule rule, Instant before, List<PruneTable> tables, List<String> notes) {
    this.rule = rule;
    this.before = before;
    this.tables = List.copyOf(tables);
    this.notes = List.copyOf(notes);
  }

  /** The rule. */
  public RetentionRule rule() {
    return rule;
  }

  /** Rows from before this moment go; by the server's clock. */
  public Instant before() {
    return before;
  }

  /** What makes it slow or reaches further than the table: each one line. */
  public List<String> notes() {
    return notes;
  }

  /** One, or one for each partition. */
  List<PruneTable> tables() {
    return tables;
  }
}
