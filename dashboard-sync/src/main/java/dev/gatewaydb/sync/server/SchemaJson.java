package dev.gatewaydb.sync.server;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A schema as JSON; docs/server.md has the shape. */
final class SchemaJson {
  private SchemaJson() {}

  static ObjectNode of(SchemaSnapshot schema) {
    Map<ObjectId, List<CatalogObject>> parts = new HashMap<>();
    for (CatalogObject object : schema.objects()) {
      object
          .parent()
          .ifPresent(parent -> parts.computeIfAbsent(parent, p -> schema.partsOf(parent)));
    }
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("postgres", schema.server().major());
    ArrayNode objects = root.putArray("objects");
    for (CatalogObject object : schema.objects()) {
      if (object.parent().isEmpty()) {
        ObjectNode node = add(objects, object, object.id().name());
        ArrayNode children = node.putArray("parts");
        parts
            .getOrDefault(object.id(), List.of())
            .forEach(part -> add(children, part, part.simpleName()));
      }
    }
    return root;
  }

  private static ObjectNode add(ArrayNode array, CatalogObject object, String name) {
    ObjectNode node = array.addObject();
    node.put("kind", object.id().kind().label()).put("name", name);
    ObjectNode properties = node.putObject("properties");
    object.properties().forEach(properties::put);
    return node;
  }
}
