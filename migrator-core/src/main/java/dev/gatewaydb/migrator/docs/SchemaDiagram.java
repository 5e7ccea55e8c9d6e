package dev.gatewaydb.migrator.docs;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tables and their foreign keys as SVG: the same bytes for the same schema. Tables that are
 * referenced stand left of those that reference them.
 */
public final class SchemaDiagram {
  private static final Pattern FOREIGN_KEY =
      Pattern.compile("FOREIGN KEY \\(([^)]*)\\) REFERENCES (.+?)\\(([^)]*)\\).*");
  private static final Pattern KEY = Pattern.compile("PRIMARY KEY \\(([^)]*)\\).*");

  private final Map<String, Box> boxes = new HashMap<>();
  private final List<Edge> edges = new ArrayList<>();

  private SchemaDiagram() {}

  /** One row of a box. */
  record Row(String name, String type, boolean key) {}

  /**
   * A table.
   *
   * @param external whether it belongs to another system
   */
  record Box(String name, List<Row> rows, boolean external) {
    int rowOf(String column) {
      for (int i = 0; i < rows.size(); i++) {
        if (rows.get(i).name().equals(column)) {
          return i;
        }
      }
      return 0;
    }
  }

  /** A foreign key, by its first column. */
  record Edge(String from, String fromColumn, String to, String toColumn, boolean external) {}

  /**
   * Draws.
   *
   * @param title for those who can't see it
   */
  public static String of(SchemaSnapshot schema, String title, List<ExternalKey> externalKeys) {
    SchemaDiagram diagram = new SchemaDiagram();
    for (CatalogObject object : schema.objects()) {
      if (object.id().kind() == ObjectKind.TABLE) {
        diagram.addTable(object, schema.partsOf(object.id()));
      }
    }
    for (ExternalKey key : externalKeys) {
      diagram.boxes.values().stream()
          .filter(box -> box.name().equals(key.table()))
          .findFirst()
          .ifPresent(box -> diagram.addExternal(box, key));
    }
    return new DiagramWriter(
            DiagramLayout.of(List.copyOf(diagram.boxes.values()), diagram.edges), title)
        .write();
  }

  private void addTable(CatalogObject table, List<CatalogObject> parts) {
    List<String> keys = new ArrayList<>();
    for (CatalogObject part : parts) {
      String definition = part.property("definition").orElse("");
      if (part.id().kind() == ObjectKind.CONSTRAINT) {
        Matcher key = KEY.matcher(definition);
        if (key.matches()) {
          keys.addAll(List.of(key.group(1).split(", ")));
        }
        Matcher foreign = FOREIGN_KEY.matcher(definition);
        if (foreign.matches()) {
          edges.add(
              new Edge(
                  name(table),
                  foreign.group(1).split(", ")[0],
                  withoutPublic(foreign.group(2)),
                  foreign.group(3).split(", ")[0],
                  false));
        }
      }
    }
    List<Row> rows =
        parts.stream()
            .filter(part -> part.id().kind() == ObjectKind.COLUMN)
            .map(
                part ->
                    new Row(
                        part.simpleName(),
                        part.property("type").orElse("") + (part.has("not null") ? "" : "?"),
                        keys.contains(part.simpleName())))
            .toList();
    boxes.put(name(table), new Box(name(table), rows, false));
  }

  private void addExternal(Box box, ExternalKey key) {
    Box other = new Box(key.otherTable(), List.of(new Row(key.otherColumn(), "", true)), true);
    boxes.putIfAbsent(key.otherTable(), other);
    edges.add(new Edge(box.name(), key.column(), key.otherTable(), key.otherColumn(), true));
  }

  private static String name(CatalogObject table) {
    return withoutPublic(table.id().name());
  }

  private static String withoutPublic(String name) {
    return Optional.of(name)
        .filter(n -> n.startsWith("public."))
        .map(n -> n.substring("public.".length()))
        .orElse(name);
  }
}
