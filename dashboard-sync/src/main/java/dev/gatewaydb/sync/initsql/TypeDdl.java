package dev.gatewaydb.sync.initsql;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import java.util.ArrayList;
import java.util.List;

/** Schemas, extensions, types, collations and sequences. */
final class TypeDdl {
  private TypeDdl() {}

  static String extension(CatalogObject extension, boolean schemaIsOurs) {
    String schema = extension.property("schema").orElse("");
    return "CREATE EXTENSION "
        + extension.id().name()
        + (schemaIsOurs || schema.equals("pg_catalog") ? " WITH SCHEMA " + schema : "");
  }

  static String enumType(CatalogObject type) {
    return "CREATE TYPE %s AS ENUM (%s)"
        .formatted(type.id().name(), type.property("labels").orElse(""));
  }

  static String composite(CatalogObject type) {
    return "CREATE TYPE %s AS (%s)"
        .formatted(type.id().name(), type.property("attributes").orElse(""));
  }

  /**
   * @param notNullName the constraint's name where it has one of its own, else empty
   */
  static String domain(CatalogObject type, String notNullName) {
    StringBuilder sql = new StringBuilder("CREATE DOMAIN " + type.id().name() + " AS ");
    sql.append(type.property("type").orElse(""));
    type.property("collation").ifPresent(c -> sql.append(" COLLATE ").append(c));
    type.property("default").ifPresent(d -> sql.append(" DEFAULT ").append(d));
    if (type.has("not null")) {
      sql.append(notNullName.isEmpty() ? "" : " CONSTRAINT " + notNullName).append(" NOT NULL");
    }
    return sql.toString();
  }

  static String range(CatalogObject type) {
    List<String> parts = new ArrayList<>();
    add(parts, type, "subtype", "SUBTYPE");
    add(parts, type, "operator class", "SUBTYPE_OPCLASS");
    add(parts, type, "collation", "COLLATION");
    add(parts, type, "canonical", "CANONICAL");
    add(parts, type, "subtype difference", "SUBTYPE_DIFF");
    add(parts, type, "multirange", "MULTIRANGE_TYPE_NAME");
    return "CREATE TYPE %s AS RANGE (%s)".formatted(type.id().name(), String.join(", ", parts));
  }

  static String collation(CatalogObject collation) {
    List<String> parts = new ArrayList<>();
    add(parts, collation, "provider", "PROVIDER");
    for (String word : List.of("locale", "lc_collate", "lc_ctype", "rules")) {
      collation
          .property(word)
          .ifPresent(
              value ->
                  parts.add(word.toUpperCase(java.util.Locale.ROOT) + " = " + Sql.literal(value)));
    }
    if (collation.has("deterministic")) {
      parts.add("DETERMINISTIC = false");
    }
    return "CREATE COLLATION %s (%s)".formatted(collation.id().name(), String.join(", ", parts));
  }

  private static void add(List<String> parts, CatalogObject object, String word, String key) {
    object.property(word).ifPresent(value -> parts.add(key + " = " + value));
  }

  static String sequence(CatalogObject sequence) {
    return "CREATE "
        + (sequence.has("unlogged") ? "UNLOGGED " : "")
        + "SEQUENCE "
        + sequence.id().name()
        + " AS "
        + sequence.property("type").orElse("bigint")
        + sequenceOptions(sequence);
  }

  static String sequenceOptions(CatalogObject sequence) {
    return " START WITH %s INCREMENT BY %s MINVALUE %s MAXVALUE %s CACHE %s%s"
        .formatted(
            sequence.property("start").orElse("1"),
            sequence.property("increment").orElse("1"),
            sequence.property("minimum").orElse("1"),
            sequence.property("maximum").orElse("1"),
            sequence.property("cache").orElse("1"),
            sequence.has("cycle") ? " CYCLE" : "");
  }

  static List<String> dictionary(CatalogObject dictionary) {
    return List.of(
        "CREATE TEXT SEARCH DICTIONARY %s (TEMPLATE = %s%s)"
            .formatted(
                dictionary.id().name(),
                dictionary.property("template").orElse(""),
                dictionary.property("options").map(o -> ", " + o).orElse("")));
  }

  static List<String> configuration(CatalogObject configuration) {
    String name = configuration.id().name();
    List<String> sql = new ArrayList<>();
    sql.add(
        "CREATE TEXT SEARCH CONFIGURATION %s (PARSER = %s)"
            .formatted(name, configuration.property("parser").orElse("")));
    configuration
        .property("mappings")
        .ifPresent(
            mappings ->
                mappings
                    .lines()
                    .forEach(
                        line ->
                            sql.add(
                                "ALTER TEXT SEARCH CONFIGURATION %s ADD MAPPING FOR %s"
                                    .formatted(name, line))));
    return sql;
  }
}
