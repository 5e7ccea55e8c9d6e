package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Looks up what belongs together in a snapshot. */
final class Parts {
  private final SchemaSnapshot snapshot;
  private final Map<ObjectId, List<CatalogObject>> parts = new HashMap<>();
  private final Map<String, CatalogObject> identitySequences = new HashMap<>();

  Parts(SchemaSnapshot snapshot) {
    this.snapshot = snapshot;
    for (CatalogObject object : snapshot.objects()) {
      object
          .parent()
          .ifPresent(parent -> parts.computeIfAbsent(parent, p -> new ArrayList<>()).add(object));
      if (object.id().kind() == ObjectKind.SEQUENCE) {
        object.property("identity of").ifPresent(of -> identitySequences.put(of, object));
      }
    }
    parts.values().forEach(list -> list.sort(Comparator.comparingInt(CatalogObject::position)));
  }

  Optional<CatalogObject> find(ObjectKind kind, String name) {
    return snapshot.find(new ObjectId(kind, name));
  }

  List<CatalogObject> of(ObjectId parent, ObjectKind kind) {
    return parts.getOrDefault(parent, List.of()).stream()
        .filter(part -> part.id().kind() == kind)
        .toList();
  }

  Optional<CatalogObject> identitySequence(CatalogObject column) {
    return Optional.ofNullable(identitySequences.get(column.id().name()));
  }

  /** The NOT NULL constraint of a column or, with an empty name, of a domain, if it has a name. */
  Optional<CatalogObject> notNullOf(ObjectId parent, String column) {
    return of(parent, ObjectKind.CONSTRAINT).stream()
        .filter(Parts::isNotNull)
        .filter(
            constraint -> {
              String definition = constraint.property("definition").orElse("");
              return column.isEmpty()
                  || definition.equals("NOT NULL " + column)
                  || definition.startsWith("NOT NULL " + column + " NO INHERIT")
                  || definition.startsWith("NOT NULL " + column + " NOT VALID");
            })
        .findFirst();
  }

  static boolean isNotNull(CatalogObject constraint) {
    return "n".equals(constraint.facts().get("type"));
  }

  /** The column that a child table has its own from. */
  Optional<CatalogObject> parentColumn(CatalogObject table, CatalogObject column) {
    return table.needs().stream()
        .filter(id -> id.kind() == ObjectKind.TABLE)
        .sorted()
        .flatMap(id -> find(ObjectKind.COLUMN, id.name() + "." + column.simpleName()).stream())
        .findFirst();
  }
}
