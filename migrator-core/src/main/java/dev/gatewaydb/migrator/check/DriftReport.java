package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.catalog.Difference;
import dev.gatewaydb.migrator.catalog.ObjectId;
import java.util.List;
import java.util.Optional;

/**
 * How a live database differs from what its applied migrations make.
 *
 * @param version the newest applied one; empty when nothing is applied
 * @param applied how many versioned migrations are
 * @param drift what differs; extra things that no migration made are at most {@code NOTABLE}
 * @param harmless differences that are no drift: the order of columns, versions of extensions,
 *     extra extensions
 * @param ignored how many more there are that match the patterns
 * @param external objects of others
 * @param notes what makes the comparison less certain, in sentences
 */
public record DriftReport(
    Optional<String> version,
    int applied,
    List<Difference> drift,
    List<Difference> harmless,
    int ignored,
    List<ObjectId> external,
    List<String> notes) {
  /** Copies the lists. */
  public DriftReport {
    drift = List.copyOf(drift);
    harmless = List.copyOf(harmless);
    external = List.copyOf(external);
    notes = List.copyOf(notes);
  }
}
