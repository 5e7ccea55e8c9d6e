package dev.gatewaydb.migrator;

import dev.gatewaydb.migrator.adopt.ForeignHistory;
import dev.gatewaydb.migrator.layout.Migration;
import java.util.List;
import java.util.Set;

/**
 * What {@link Migrator#adopt} would write.
 *
 * @param source the other tool's table, as it was read
 * @param toAdopt migrations that it calls applied and our history doesn't know, oldest first
 * @param taken versions that our history knows already, whatever it says of them
 * @param applied every version that will be applied then, as the project writes it
 */
public record AdoptPlan(
    ForeignHistory source, List<Migration> toAdopt, List<String> taken, Set<String> applied) {
  /** Copies the collections. */
  public AdoptPlan {
    toAdopt = List.copyOf(toAdopt);
    taken = List.copyOf(taken);
    applied = Set.copyOf(applied);
  }
}
