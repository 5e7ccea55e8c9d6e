package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.Difference;
import dev.gatewaydb.migrator.catalog.Difference.Change;
import dev.gatewaydb.migrator.catalog.ObjectId;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.catalog.Severity;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/** Tells drift from what is no drift. */
final class DriftSorter {
  private static final String PRIVILEGES = "privileges";
  private static final String NOT_VALID = " NOT VALID";

  private final SchemaSnapshot expected;
  private final SchemaSnapshot actual;
  private final IgnorePatterns patterns;
  private final Set<ObjectId> external;
  private final Set<ObjectId> extra = new HashSet<>();

  DriftSorter(
      SchemaSnapshot expected,
      SchemaSnapshot actual,
      Ownership ownership,
      IgnorePatterns patterns) {
    this.expected = expected;
    this.actual = actual;
    this.patterns = patterns;
    this.external = new ExternalObjects(actual, expected).find(ownership);
  }

  DriftReport report(
      Optional<String> version, int applied, List<Difference> differences, List<String> notes) {
    List<Difference> drift = new ArrayList<>();
    List<Difference> harmless = new ArrayList<>();
    int ignored = 0;
    differences.stream()
        .filter(d -> d.change() == Change.EXTRA)
        .forEach(d -> extra.add(d.object()));
    for (Difference difference : differences) {
      if (isExternal(difference.object()) || isPartOfExtra(difference) || isOfRoles(difference)) {
        continue;
      }
      if (patterns.test(difference)) {
        ignored++;
      } else if (isHarmless(difference)) {
        harmless.add(difference);
      } else {
        drift.add(weighed(difference));
      }
    }
    List<ObjectId> others =
        external.stream()
            .filter(id -> actual.find(id).filter(o -> o.parent().isEmpty()).isPresent())
            .sorted()
            .toList();
    return new DriftReport(version, applied, drift, harmless, ignored, others, notes);
  }

  private boolean isExternal(ObjectId id) {
    return external.contains(id);
  }

  /** Told by the schema that holds it, or the table whose sequence it is. */
  private boolean isPartOfExtra(Difference difference) {
    if (difference.change() != Change.EXTRA) {
      return false;
    }
    CatalogObject object = actual.find(difference.object()).orElseThrow();
    boolean inSchema =
        !object.schema().isEmpty()
            && extra.contains(new ObjectId(ObjectKind.SCHEMA, object.schema()));
    boolean ofTable =
        object.id().kind() == ObjectKind.SEQUENCE
            && object.needs().stream()
                .flatMap(id -> actual.find(id).flatMap(CatalogObject::parent).stream())
                .anyMatch(extra::contains);
    return inSchema || ofTable;
  }

  private static boolean isHarmless(Difference difference) {
    boolean extension = difference.object().kind() == ObjectKind.EXTENSION;
    return difference.property().equals("column order")
        || (extension
            && (difference.change() == Change.EXTRA || difference.property().equals("version")));
  }

  /** Who owns what, and what roles may that no migration names, is the server's own matter. */
  private boolean isOfRoles(Difference difference) {
    if (difference.property().equals("owner")) {
      return true;
    }
    if (difference.object().kind() == ObjectKind.DEFAULT_PRIVILEGES) {
      return difference.change() == Change.EXTRA;
    }
    if (difference.property().equals(PRIVILEGES)) {
      // 'gwdb roles apply' takes from everybody what nobody needs; that loosens nothing.
      List<String> expectedGrants = grantsThatCount(difference.expected());
      List<String> actualGrants =
          grantsThatCount(difference.actual()).stream()
              .filter(line -> expectedGrants.contains(line) || !isTakenFromAll(line))
              .toList();
      return expectedGrants.equals(actualGrants);
    }
    // Not valid for the rows that it found; migrate warns of them each time.
    return difference.property().equals("definition")
        && difference.actual().equals(difference.expected() + NOT_VALID)
        && referencesExternal(difference.object());
  }

  private boolean referencesExternal(ObjectId constraint) {
    return actual
        .find(constraint)
        .map(o -> o.facts().getOrDefault("references", ""))
        .filter(table -> external.stream().anyMatch(id -> id.name().equals(table)))
        .isPresent();
  }

  private List<String> grantsThatCount(String privileges) {
    return privileges.lines().filter(this::namesRoleOfOurs).sorted().toList();
  }

  private static boolean isTakenFromAll(String line) {
    return line.startsWith("REVOKE ") && line.endsWith(" FROM PUBLIC");
  }

  private boolean namesRoleOfOurs(String line) {
    String role = line.replaceFirst("(?s).* (?:TO|FROM) ", "").replace(" WITH GRANT OPTION", "");
    if (role.equals("PUBLIC") || role.equals("OWNER")) {
      return true;
    }
    Pattern named = Pattern.compile("(?m) TO " + Pattern.quote(role) + "(?: WITH GRANT OPTION)?$");
    return expected.objects().stream()
        .flatMap(object -> object.property(PRIVILEGES).stream())
        .anyMatch(text -> named.matcher(text).find());
  }

  /** What is beside ours doesn't change what ours does. */
  private Difference weighed(Difference difference) {
    boolean beside =
        difference.change() == Change.EXTRA
            && actual.find(difference.object()).filter(o -> o.parent().isEmpty()).isPresent();
    return beside && difference.severity() == Severity.BREAKING
        ? new Difference(
            difference.object(),
            difference.change(),
            difference.property(),
            difference.expected(),
            difference.actual(),
            Severity.NOTABLE)
        : difference;
  }
}
