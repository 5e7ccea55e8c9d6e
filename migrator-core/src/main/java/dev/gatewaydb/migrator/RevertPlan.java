package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.layout.Migration;
import java.util.List;

/**
 * Which migrations a revert would take back; nothing has run.
 *
 * @param migrations newest first; every one has a down script
 */
public record RevertPlan(List<Migration> migrations) {
  /** Copies the list. */
  public RevertPlan {
    migrations = List.copyOf(migrations);
  }
}
