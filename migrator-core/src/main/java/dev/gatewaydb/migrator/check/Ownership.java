package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.util.HashSet;
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

  /**
   * What of a live database is ours as far as it shows there, without running migrations. Where
   * tables are named: those, what they need, and the sequences and views that need nothing else.
   *
   * @param live the whole of it
   */
  public SchemaSnapshot oursIn(SchemaSnapshot live) {
    SchemaSnapshot certain = owned.map(names -> named(live, names)).orElse(live.filter(o -> false));
    Set<ObjectId> theirs = externalIn(live, certain);
    return live.filter(object -> !theirs.contains(object.id()));
  }

  private static SchemaSnapshot named(SchemaSnapshot live, List<String> names) {
    List<String> there =
        names.stream()
            .filter(
                name ->
                    live.objects().stream()
                        .filter(ExternalObjects::isRelation)
                        .anyMatch(object -> ExternalObjects.isCalled(object, name)))
            .toList();
    Set<ObjectId> ours = new HashSet<>();
    live.ofTables(there).objects().forEach(object -> ours.add(object.id()));
    while (live.objects().stream()
        .filter(object -> !ours.contains(object.id()) && comesAlong(object, ours))
        .map(CatalogObject::id)
        .toList()
        .stream()
        .map(ours::add)
        .reduce(false, Boolean::logicalOr)) {
      // A view on a view comes in the next round.
    }
    return live.filter(object -> ours.contains(object.id()));
  }

  private static boolean comesAlong(CatalogObject object, Set<ObjectId> ours) {
    if (object.parent().isPresent()) {
      return ours.contains(object.parent().get());
    }
    List<ObjectId> needs =
        object.needs().stream()
            .filter(id -> id.kind() != ObjectKind.SCHEMA && id.kind() != ObjectKind.EXTENSION)
            .toList();
    return switch (object.id().kind()) {
      case SEQUENCE, VIEW, MATERIALIZED_VIEW -> !needs.isEmpty() && ours.containsAll(needs);
      default -> false;
    };
  }
}
