package dev.gatewaydb.migrator.operate.roles;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Whose the project's objects are. */
final class Owners {
  private static final int SHOWN = 5;

  private Owners() {}

  /** Those that don't belong to the migrator and should. */
  static List<CatalogObject> elsewhere(RoleCatalog catalog, RoleSettings settings) {
    String migrator = catalog.role(settings.name(RoleKind.MIGRATOR)).quoted();
    return catalog.ours().stream()
        .filter(object -> object.property("owner").filter(o -> !o.equals(migrator)).isPresent())
        .filter(object -> isOfSchema(object) && !object.simpleName().equals("public"))
        .toList();
  }

  private static boolean isOfSchema(CatalogObject object) {
    return switch (object.id().kind()) {
      case LANGUAGE, FOREIGN_DATA_WRAPPER, SERVER, EVENT_TRIGGER, PUBLICATION -> false;
      // Those of columns follow their table.
      case SEQUENCE -> !object.has("owned by") && !object.has("identity of");
      default -> true;
    };
  }

  static String named(CatalogObject object) {
    String noun =
        switch (object.id().kind()) {
          case BASE_TYPE, ENUM, COMPOSITE_TYPE, RANGE_TYPE -> "TYPE";
          default -> object.id().kind().label().toUpperCase(Locale.ROOT);
        };
    String name =
        object.id().kind() == ObjectKind.STATISTICS
            ? object.schema() + "." + object.simpleName()
            : object.id().name();
    return noun + " " + name;
  }

  /** {@code postgres owns 3 of the project's objects: …}, for each owner. */
  static List<String> lines(RoleCatalog catalog, RoleSettings settings) {
    Map<String, List<String>> byOwner = new TreeMap<>();
    for (CatalogObject object : elsewhere(catalog, settings)) {
      byOwner
          .computeIfAbsent(object.property("owner").orElse(""), owner -> new ArrayList<>())
          .add(object.id().toString());
    }
    List<String> lines = new ArrayList<>();
    byOwner.forEach(
        (owner, names) ->
            lines.add(
                "%s owns %d of the project's objects: %s%s"
                    .formatted(
                        owner,
                        names.size(),
                        names.stream().limit(SHOWN).collect(Collectors.joining(", ")),
                        names.size() > SHOWN ? ", …" : "")));
    return lines;
  }
}
