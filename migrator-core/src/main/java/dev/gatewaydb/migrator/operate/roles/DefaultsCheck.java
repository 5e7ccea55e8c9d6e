package dev.gatewaydb.migrator.operate.roles;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What roles will be able to do with objects that are yet to be made. */
final class DefaultsCheck {
  private static final Map<String, String> TYPES =
      Map.of(
          "r",
          "tables",
          "S",
          "sequences",
          "f",
          "functions",
          "T",
          "types",
          "n",
          "schemas",
          "L",
          "large objects");

  private final RoleCatalog catalog;
  private final RoleSettings settings;
  private final Wanted wanted;

  DefaultsCheck(RoleCatalog catalog, RoleSettings settings, Wanted wanted) {
    this.catalog = catalog;
    this.settings = settings;
    this.wanted = wanted;
  }

  private record Place(String creator, String schema, String type, String grantee) {
    String words() {
      return "%s that %s makes%s"
          .formatted(
              TYPES.getOrDefault(type, "objects"),
              creator,
              schema.isEmpty() ? "" : " in schema " + schema);
    }

    String revokeSql() {
      return "ALTER DEFAULT PRIVILEGES FOR ROLE %s%s REVOKE ALL ON %s FROM %s"
          .formatted(
              name(creator),
              schema.isEmpty() ? "" : " IN SCHEMA " + name(schema),
              TYPES.getOrDefault(type, "…").toUpperCase(Locale.ROOT),
              grantee.equals(Securable.PUBLIC) ? grantee : name(grantee));
    }

    private static String name(String role) {
      return role.matches("[a-z_][a-z0-9_]*") ? role : '"' + role.replace("\"", "\"\"") + '"';
    }
  }

  void add(List<RoleFinding> findings) {
    String migrator = settings.name(RoleKind.MIGRATOR);
    if (!catalog.role(migrator).present()) {
      return;
    }
    Map<Place, Set<String>> held = new TreeMap<>(this::compare);
    for (RoleCatalog.Default right : catalog.defaults()) {
      held.computeIfAbsent(
              new Place(right.creator(), right.schema(), right.type(), right.grantee()),
              place -> new TreeSet<>())
          .add(right.privilege());
    }
    Map<Place, Set<String>> needs = needs();
    for (Map.Entry<Place, Set<String>> entry : held.entrySet()) {
      Set<String> extra = new TreeSet<>(entry.getValue());
      extra.removeAll(needs.getOrDefault(entry.getKey(), Set.of()));
      if (!extra.isEmpty() && isLookedAt(entry.getKey())) {
        findings.add(finding(entry.getKey(), "%s will have %s on %s", extra));
      }
    }
    for (Map.Entry<Place, Set<String>> entry : needs.entrySet()) {
      Set<String> missing = new TreeSet<>(entry.getValue());
      missing.removeAll(held.getOrDefault(entry.getKey(), Set.of()));
      if (!missing.isEmpty()) {
        findings.add(finding(entry.getKey(), "%s will lack %s on %s", missing));
      }
    }
    if (catalog.futureRoutinesPublic()) {
      findings.add(
          finding(
              new Place(migrator, "", "f", Securable.PUBLIC),
              "%s will have %s on %s",
              Set.of("EXECUTE")));
    }
  }

  private Map<Place, Set<String>> needs() {
    Map<Place, Set<String>> needs = new TreeMap<>(this::compare);
    for (Securable schema : catalog.securables()) {
      if (schema.noun().equals("SCHEMA") && schema.ours()) {
        for (String type : List.of("r", "S", "f")) {
          wanted
              .future(schema.plain(), type)
              .forEach(
                  (kind, rights) -> {
                    if (!rights.isEmpty() && catalog.role(settings.name(kind)).present()) {
                      needs.put(
                          new Place(
                              settings.name(RoleKind.MIGRATOR),
                              schema.plain(),
                              type,
                              settings.name(kind)),
                          rights);
                    }
                  });
        }
      }
    }
    return needs;
  }

  private boolean isLookedAt(Place place) {
    boolean migrators = place.creator().equals(settings.name(RoleKind.MIGRATOR));
    boolean everybodys = place.grantee().equals(Securable.PUBLIC) && !place.type().equals("T");
    return settings.kinds().stream().anyMatch(kind -> settings.name(kind).equals(place.grantee()))
        || (migrators && everybodys);
  }

  private RoleFinding finding(Place place, String text, Set<String> rights) {
    String who = place.grantee().equals(Securable.PUBLIC) ? "everybody" : place.grantee();
    return new RoleFinding(
        place.grantee(),
        "default",
        place.words(),
        text.formatted(who, String.join(", ", rights), place.words()),
        isOfApply(place) ? "gwdb roles apply" : place.revokeSql());
  }

  /** Whether {@link RolePlan} sees to it. */
  private boolean isOfApply(Place place) {
    boolean everybodys = place.grantee().equals(Securable.PUBLIC);
    boolean functions = place.type().equals("f");
    return place.creator().equals(settings.name(RoleKind.MIGRATOR))
        && (place.schema().isEmpty() ? everybodys && functions : !everybodys);
  }

  private int compare(Place one, Place other) {
    return key(one).compareTo(key(other));
  }

  private static String key(Place place) {
    return String.join(
        "\0",
        new ArrayList<>(List.of(place.creator(), place.schema(), place.type(), place.grantee())));
  }
}
