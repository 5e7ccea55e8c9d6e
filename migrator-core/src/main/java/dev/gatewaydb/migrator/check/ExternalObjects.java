package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which objects of a live database are somebody else's. */
final class ExternalObjects {
  private final SchemaSnapshot live;
  private final SchemaSnapshot ours;
  private final Map<ObjectId, List<CatalogObject>> parts = new HashMap<>();
  private final Map<ObjectId, List<CatalogObject>> users = new HashMap<>();

  ExternalObjects(SchemaSnapshot live, SchemaSnapshot ours) {
    this.live = live;
    this.ours = ours;
    for (CatalogObject object : live.objects()) {
      object
          .parent()
          .ifPresent(parent -> parts.computeIfAbsent(parent, p -> new ArrayList<>()).add(object));
      for (ObjectId needed : object.needs()) {
        users.computeIfAbsent(needed, n -> new ArrayList<>()).add(object);
      }
    }
  }

  Set<ObjectId> find(Ownership ownership) {
    Deque<CatalogObject> open = new ArrayDeque<>();
    for (CatalogObject object : live.objects()) {
      if (object.parent().isEmpty()
          && ours.find(object.id()).isEmpty()
          && isNamed(object, ownership)) {
        open.add(object);
      }
    }
    Set<ObjectId> external = new HashSet<>();
    while (!open.isEmpty()) {
      CatalogObject object = open.poll();
      if (ours.find(object.id()).isEmpty() && external.add(object.id())) {
        open.addAll(parts.getOrDefault(object.id(), List.of()));
        // Types, functions and sequences that only they need; and views that show them.
        object.needs().forEach(id -> live.find(id).filter(o -> !isPlace(o)).ifPresent(open::add));
        users.getOrDefault(object.id(), List.of()).stream()
            .filter(ExternalObjects::follows)
            .forEach(open::add);
      }
    }
    return external;
  }

  private static boolean isNamed(CatalogObject object, Ownership ownership) {
    if (ownership.external().stream().anyMatch(table -> isCalled(object, table.name()))) {
      return isRelation(object);
    }
    return ownership
        .owned()
        .map(owned -> owned.stream().noneMatch(name -> isCalled(object, name)))
        .orElse(false);
  }

  static boolean isRelation(CatalogObject object) {
    return switch (object.id().kind()) {
      case TABLE, FOREIGN_TABLE, VIEW, MATERIALIZED_VIEW -> true;
      default -> false;
    };
  }

  static boolean isCalled(CatalogObject object, String name) {
    return unquoted(object.simpleName()).equals(name)
        || (unquoted(object.schema()) + "." + unquoted(object.simpleName())).equals(name);
  }

  static String unquoted(String identifier) {
    return identifier.startsWith("\"") && identifier.length() > 1
        ? identifier.substring(1, identifier.length() - 1).replace("\"\"", "\"")
        : identifier;
  }

  static boolean isPlace(CatalogObject object) {
    return object.id().kind() == ObjectKind.SCHEMA || object.id().kind() == ObjectKind.EXTENSION;
  }

  private static boolean follows(CatalogObject user) {
    return switch (user.id().kind()) {
      case VIEW, MATERIALIZED_VIEW, SEQUENCE -> true;
      default -> false;
    };
  }
}
