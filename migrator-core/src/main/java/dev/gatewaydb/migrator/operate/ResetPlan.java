package dev.gatewaydb.migrator.operate;

import dev.gatewaydb.migrator.catalog.ObjectId;
import java.util.List;

/**
 * What a reset would drop.
 *
 * @param tables ours, by name
 * @param others ours that are no tables: types, functions, views and so on
 * @param kept tables and views that are somebody else's
 */
public record ResetPlan(List<Table> tables, List<ObjectId> others, List<ObjectId> kept) {
  /** Copies the lists. */
  public ResetPlan {
    tables = List.copyOf(tables);
    others = List.copyOf(others);
    kept = List.copyOf(kept);
  }

  /**
   * A table of ours.
   *
   * @param name with its schema, quoted where SQL needs it
   * @param rows how many it has, those of partitions included
   * @param exact false where the number is the server's estimate, as for very large tables
   */
  public record Table(String name, long rows, boolean exact) {}
}
