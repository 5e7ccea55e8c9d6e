package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Whose what is, in a database that others may use as well. What migrations make is always ours.
 *
 * @param owned our tables; everything else that no migration made is somebody else's. Empty: it is
 *     ours, too, but for the external tables
 * @param external tables of another system, by name
 */
public record Ownership(Optional<List<String>> owned, List<ExternalTable> external) {
  /** The whole database is ours. */
  public static final Ownership ALL = new Ownership(Optional.empty(), List.of());

  /** Copies the lists. */
  public Ownership {
    owned = owned.map(List::copyOf);
    external = List.copyOf(external);
  }

  /**
   * What of a live database is somebody else's: their tables and all that belongs to these.
   *
   * @param live the whole of it
   * @param ours what the migrations make
   */
  public Set<ObjectId> externalIn(SchemaSnapshot live, SchemaSnapshot ours) {
    return new ExternalObjects(live, ours).find(this);
  }
}
