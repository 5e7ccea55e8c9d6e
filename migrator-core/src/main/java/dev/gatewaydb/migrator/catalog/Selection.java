package dev.gatewaydb.migrator.catalog;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Parts of a snapshot that stand on their own. */
final class Selection {
  private static final Pattern PLAIN_NAME = Pattern.compile("[a-z_][a-z0-9_$]*");

  private static final Set<ObjectKind> RELATIONS =
      Set.of(
          ObjectKind.TABLE,
          ObjectKind.FOREIGN_TABLE,
          ObjectKind.VIEW,
          ObjectKind.MATERIALIZED_VIEW);

  private final SchemaSnapshot whole;
  private final Map<ObjectId, List<CatalogObject>> parts = new HashMap<>();

  Selection(SchemaSnapshot whole) {
    this.whole = whole;
    for (CatalogObject object : whole.objects()) {
      object
          .parent()
          .ifPresent(parent -> parts.computeIfAbsent(parent, p -> new ArrayList<>()).add(object));
      ownerOfSequence(object)
          .ifPresent(table -> parts.computeIfAbsent(table, p -> new ArrayList<>()).add(object));
    }
  }

  /** The table of a serial or identity column. */
  private Optional<ObjectId> ownerOfSequence(CatalogObject object) {
    if (object.id().kind() != ObjectKind.SEQUENCE
        || !(object.has("owned by") || object.has("identity of"))) {
      return Optional.empty();
    }
    return object.needs().stream()
        .filter(id -> id.kind() == ObjectKind.COLUMN)
        .flatMap(id -> whole.find(id).flatMap(CatalogObject::parent).stream())
        .findFirst();
  }

  SchemaSnapshot withoutTables(Collection<String> tables) {
    Set<ObjectId> gone = new HashSet<>();
    for (CatalogObject object : whole.objects()) {
      if (object.id().kind() == ObjectKind.TABLE
          && tables.stream().anyMatch(name -> isCalled(object, name))) {
        gone.add(object.id());
        parts.getOrDefault(object.id(), List.of()).forEach(part -> gone.add(part.id()));
      }
    }
    return whole.filter(object -> !gone.contains(object.id()));
  }

  SchemaSnapshot ofSchemas(Collection<String> schemas) {
    Set<String> quoted = new HashSet<>();
    schemas.forEach(schema -> quoted.addAll(spellings(schema)));
    Set<ObjectId> chosen = new HashSet<>();
    for (CatalogObject object : whole.objects()) {
      String schema = schemaOf(object);
      boolean isSchema = object.id().kind() == ObjectKind.SCHEMA;
      if (quoted.contains(isSchema ? object.simpleName() : schema)) {
        chosen.add(object.id());
      }
    }
    for (CatalogObject object : whole.only(chosen).objects()) {
      object.needs().stream()
          .filter(needed -> needed.kind() == ObjectKind.EXTENSION)
          .forEach(chosen::add);
    }
    for (CatalogObject object : whole.objects()) {
      if (object.id().kind() == ObjectKind.CAST && chosen.containsAll(object.needs())) {
        chosen.add(object.id());
      }
    }
    return whole.only(chosen);
  }

  private String schemaOf(CatalogObject object) {
    if (object.id().kind() == ObjectKind.EXTENSION) {
      return object.property("schema").orElse("");
    }
    return object.parent().flatMap(whole::find).map(CatalogObject::schema).orElse(object.schema());
  }

  SchemaSnapshot ofTables(Collection<String> tables) {
    Set<ObjectId> named = new HashSet<>();
    List<String> missing = new ArrayList<>();
    for (String table : tables) {
      List<ObjectId> found =
          whole.objects().stream()
              .filter(object -> RELATIONS.contains(object.id().kind()) && isCalled(object, table))
              .map(CatalogObject::id)
              .toList();
      named.addAll(found);
      if (found.isEmpty()) {
        missing.add("there is no table " + table);
      }
    }
    if (!missing.isEmpty()) {
      throw new ConfigurationException(missing, "Name tables as 'name' or 'schema.name'.");
    }
    return whole.only(closure(named));
  }

  private Set<ObjectId> closure(Set<ObjectId> named) {
    FunctionText functions = new FunctionText(whole);
    Set<ObjectId> chosen = new HashSet<>();
    Deque<ObjectId> open = new ArrayDeque<>(named);
    while (!open.isEmpty()) {
      ObjectId id = open.poll();
      Optional<CatalogObject> object = whole.find(id);
      if (object.isEmpty() || leavesOut(object.get(), named) || !chosen.add(id)) {
        continue;
      }
      open.addAll(object.get().needs());
      object.get().parent().ifPresent(open::add);
      open.addAll(functions.calledBy(object.get()));
      if (!object.get().schema().isEmpty()) {
        open.add(new ObjectId(ObjectKind.SCHEMA, object.get().schema()));
      }
      for (CatalogObject part : parts.getOrDefault(id, List.of())) {
        open.add(part.id());
      }
    }
    return chosen;
  }

  private static boolean leavesOut(CatalogObject object, Set<ObjectId> named) {
    if (object.id().kind() == ObjectKind.CONSTRAINT && "f".equals(object.facts().get("type"))) {
      String referenced = object.facts().getOrDefault("references", "");
      return named.stream().noneMatch(id -> id.name().equals(referenced));
    }
    return false;
  }

  private static boolean isCalled(CatalogObject object, String name) {
    if (spellings(name).contains(object.simpleName())) {
      return true;
    }
    for (int dot = name.indexOf('.'); dot > 0; dot = name.indexOf('.', dot + 1)) {
      if (spellings(name.substring(0, dot)).contains(object.schema())
          && spellings(name.substring(dot + 1)).contains(object.simpleName())) {
        return true;
      }
    }
    return false;
  }

  /** As a reserved word it would be quoted, and it may have been given quoted. */
  private static Set<String> spellings(String name) {
    String quoted = "\"" + name.replace("\"", "\"\"") + "\"";
    if (PLAIN_NAME.matcher(name).matches()) {
      return Set.of(name, quoted);
    }
    return name.startsWith("\"") ? Set.of(name, quoted) : Set.of(quoted);
  }
}
