package dev.gatewaydb.migrator.operate;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.error.RefusedException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What of a database goes, what stays, and in which order. */
final class Dropping {
  private static final int SHOWN = 5;
  private static final String PUBLIC = "public";

  private final SchemaSnapshot live;
  private final SchemaSnapshot made;
  private final Set<ObjectId> external;
  private final Set<ObjectId> dropped = new HashSet<>();

  /**
   * @param made what the migrations make
   * @param external what is somebody else's
   */
  Dropping(SchemaSnapshot live, SchemaSnapshot made, Set<ObjectId> external) {
    this.live = live;
    this.made = made;
    this.external = external;
    live.objects().stream().filter(this::isDropped).forEach(object -> dropped.add(object.id()));
    live.objects().stream()
        .filter(object -> object.id().kind() == ObjectKind.SCHEMA && goes(object))
        .forEach(schema -> dropped.add(schema.id()));
  }

  /** Those that are no parts of others; dependents first. */
  List<ObjectId> order() {
    return live.objects().stream()
        .filter(object -> dropped.contains(object.id()) && object.parent().isEmpty())
        .map(CatalogObject::id)
        .sorted(Comparator.<ObjectId>naturalOrder().reversed())
        .toList();
  }

  /** Tables and views that stay. */
  List<ObjectId> kept() {
    return live.objects().stream()
        .filter(object -> isRelation(object.id()) && !dropped.contains(object.id()))
        .map(CatalogObject::id)
        .toList();
  }

  /**
   * Refuses when something that stays would be taken along.
   *
   * @throws RefusedException naming it
   */
  void requireNothingElseFalls() {
    List<String> falling = new ArrayList<>();
    for (CatalogObject object : live.objects()) {
      boolean part = object.parent().filter(dropped::contains).isPresent();
      if (!part && !dropped.contains(object.id())) {
        object.needs().stream()
            .filter(dropped::contains)
            .filter(id -> id.kind() != ObjectKind.SCHEMA)
            .findFirst()
            .ifPresent(needed -> falling.add("%s needs %s".formatted(object.id(), needed)));
      }
    }
    if (!falling.isEmpty()) {
      String more = falling.size() > SHOWN ? "; %d more".formatted(falling.size() - SHOWN) : "";
      throw new RefusedException(
          "what is not ours needs what would be dropped: "
              + falling.stream().limit(SHOWN).collect(Collectors.joining("; "))
              + more,
          "Drop these first, or let their owner do it; then run this again.",
          null);
    }
  }

  private boolean isDropped(CatalogObject object) {
    return switch (object.id().kind()) {
      case SCHEMA, EXTENSION, DEFAULT_PRIVILEGES -> false;
      case COLUMN, CONSTRAINT, INDEX, STATISTICS, RULE, TRIGGER, POLICY ->
          object.parent().filter(id -> !external.contains(id)).isPresent()
              && !external.contains(object.id());
      // Not in a schema: replication and the like may be the operators', who made it by hand.
      case LANGUAGE,
          ACCESS_METHOD,
          CAST,
          TRANSFORM,
          FOREIGN_DATA_WRAPPER,
          SERVER,
          USER_MAPPING,
          EVENT_TRIGGER,
          PUBLICATION ->
          made.find(object.id()).isPresent();
      default -> !external.contains(object.id());
    };
  }

  /** Whether nothing stays in it, and it isn't the one that every database has. */
  private boolean goes(CatalogObject schema) {
    if (schema.simpleName().equals(PUBLIC) || external.contains(schema.id())) {
      return false;
    }
    boolean empty =
        live.objects().stream()
            .filter(object -> isIn(object, schema))
            .allMatch(object -> dropped.contains(object.id()));
    boolean held = live.objects().stream().anyMatch(object -> isIn(object, schema));
    return empty && (held || made.find(schema.id()).isPresent());
  }

  private static boolean isIn(CatalogObject object, CatalogObject schema) {
    return object.schema().equals(schema.simpleName())
        || (object.id().kind() == ObjectKind.EXTENSION
            && object.property("schema").filter(schema.simpleName()::equals).isPresent());
  }

  private static boolean isRelation(ObjectId id) {
    return Stream.of(
            ObjectKind.TABLE,
            ObjectKind.FOREIGN_TABLE,
            ObjectKind.VIEW,
            ObjectKind.MATERIALIZED_VIEW)
        .anyMatch(id.kind()::equals);
  }

  /** With CASCADE, since what belongs together goes together; what stays was looked at before. */
  static String sql(ObjectId id) {
    String what =
        switch (id.kind()) {
          case BASE_TYPE, ENUM, COMPOSITE_TYPE, RANGE_TYPE -> "TYPE";
          case TRANSFORM -> "TRANSFORM";
          case USER_MAPPING -> "USER MAPPING";
          default -> id.kind().label().toUpperCase(Locale.ROOT);
        };
    boolean alone = id.kind() == ObjectKind.USER_MAPPING || id.kind() == ObjectKind.SCHEMA;
    return "DROP %s IF EXISTS %s%s".formatted(what, id.name(), alone ? "" : " CASCADE");
  }
}
