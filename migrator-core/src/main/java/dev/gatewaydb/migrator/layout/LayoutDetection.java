package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.NumberedName.Direction;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.flywaydb.core.api.MigrationVersion;

/** Tells a folder's layout by the names in it and, where they fit two, by the project around it. */
final class LayoutDetection {
  /** What {@code migrate create -seq} writes; sqlx writes four digits, or a time. */
  private static final String GOLANG_SEQUENCE = "0[0-9]{5}";

  private final Path folder;
  private final Path root;

  LayoutDetection(Path folder, Path root) {
    this.folder = folder.toAbsolutePath().normalize();
    this.root = root.toAbsolutePath().normalize();
  }

  Layout detect() {
    List<String> paths = new FolderFiles(folder, name -> false).paths();
    List<String> sql =
        paths.stream()
            .filter(path -> path.endsWith(".sql") && !path.equals(MigrationSet.PREREQUISITES))
            .toList();
    Set<Layout> fitting = fitting(sql);
    if (fitting.isEmpty()) {
      if (sql.stream().allMatch(path -> FlywayLayout.isCallback(fileName(path)))) {
        return Layout.FLYWAY;
      }
      throw new ConfigurationException(
          "migrations folder %s: no file is named like a migration: %s"
              .formatted(folder, some(sql)),
          advice(sql));
    }
    if (fitting.size() > 1 && !fitting.contains(Layout.FLYWAY)) {
      language().ifPresent(fitting::retainAll);
    }
    if (fitting.size() == 1) {
      return fitting.iterator().next();
    }
    throw question(fitting);
  }

  /** Names the tool whose folder this is, where that is known, or else the names that would do. */
  private static String advice(List<String> sql) {
    if (sql.stream().allMatch(path -> path.matches(".*/(?:up|down)\\.sql"))) {
      return "This is diesel's form, a folder for each. Copy VERSION_name/up.sql to"
          + " VERSION_name.up.sql, and down.sql likewise; VERSION must be digits.";
    }
    if (sql.stream().allMatch(path -> path.endsWith("/migration.sql"))) {
      return "This is Prisma's form, a folder for each. Copy VERSION_name/migration.sql to"
          + " VERSION_name.sql.";
    }
    return """
        Names that would do: V1__name.sql (flyway); 1_name.sql, or 1_name.up.sql and 1_name.down.sql \
        (sqlx, golang-migrate); 2024-01-02_name.sql (plain). Sub-folders count in Flyway's layout alone; \
        is it migrations.directory in gwdb.toml that should name one of them?""";
  }

  private ConfigurationException question(Set<Layout> fitting) {
    String names =
        fitting.stream()
            .map(layout -> "'" + layout.label() + "'")
            .collect(Collectors.joining(" and "));
    return new ConfigurationException(
        "migrations folder %s: the files' names fit the layouts %s".formatted(folder, names),
        "Say in gwdb.toml which one is meant, below [migrations]: "
            + fitting.stream()
                .map(layout -> "layout = \"%s\"".formatted(layout.label()))
                .collect(Collectors.joining(" or ")));
  }

  private Set<Layout> fitting(List<String> sql) {
    EnumSet<Layout> fitting = EnumSet.noneOf(Layout.class);
    long flyways = sql.stream().filter(path -> isFlyways(fileName(path))).count();
    if (flyways > 0) {
      fitting.add(Layout.FLYWAY);
    }
    List<String> others =
        sql.stream().filter(path -> !path.contains("/") && !isFlyways(path)).toList();
    List<NumberedName> numbered =
        others.stream()
            .flatMap(path -> NumberedName.parse(path).stream())
            .filter(name -> name.version().matches(".*[0-9].*"))
            .toList();
    if (flyways > numbered.size()) {
      // Nobody else names files so: the few others are strays, and check says so.
      return fitting;
    }
    boolean paired = numbered.stream().anyMatch(name -> name.direction() != Direction.UNSAID);
    boolean single = numbered.stream().anyMatch(name -> name.direction() == Direction.UNSAID);
    if (paired) {
      fitting.addAll(single ? mixed() : pairs(numbered));
    } else if (single) {
      fitting.addAll(singles(numbered));
    }
    return fitting;
  }

  private static boolean isFlyways(String fileName) {
    return FlywayName.parse(fileName).isPresent() || FlywayName.looksLikeMigration(fileName);
  }

  private static Set<Layout> pairs(List<NumberedName> numbered) {
    return numbered.stream().allMatch(name -> name.version().matches(GOLANG_SEQUENCE))
        ? Set.of(Layout.GOLANG_MIGRATE)
        : Set.of(Layout.SQLX, Layout.GOLANG_MIGRATE);
  }

  /** sqlx runs both kinds; golang-migrate passes over what isn't paired. */
  private Set<Layout> mixed() {
    return Set.of(isGo() ? Layout.GOLANG_MIGRATE : Layout.SQLX);
  }

  private boolean isGo() {
    return language().filter(layouts -> !layouts.contains(Layout.SQLX)).isPresent();
  }

  /** Where numbers and texts have one order, both layouts serve the same, and sqlx is the known. */
  private Set<Layout> singles(List<NumberedName> numbered) {
    if (!numbered.stream().allMatch(NumberedName::hasNumber)) {
      return Set.of(Layout.PLAIN);
    }
    List<String> byText = numbered.stream().map(NumberedName::version).sorted().toList();
    List<String> byNumber =
        byText.stream()
            .sorted(Comparator.comparing(version -> MigrationVersion.fromVersion(version)))
            .toList();
    return byText.equals(byNumber) && !isGo()
        ? Set.of(Layout.SQLX)
        : Set.of(Layout.SQLX, Layout.PLAIN);
  }

  /** By what lies in the nearest folder upwards that has one of them: Cargo.toml or go.mod. */
  private Optional<Set<Layout>> language() {
    for (Path at = folder; at != null; at = at.getParent()) {
      boolean rust =
          Stream.of("Cargo.toml", "sqlx.toml", ".sqlx").map(at::resolve).anyMatch(Files::exists);
      boolean go = Stream.of("go.mod", "embed.go").map(at::resolve).anyMatch(Files::exists);
      if (rust || go) {
        return rust && go
            ? Optional.empty()
            : Optional.of(rust ? Set.of(Layout.SQLX) : Set.of(Layout.GOLANG_MIGRATE, Layout.PLAIN));
      }
      if (at.equals(root)) {
        break;
      }
    }
    return Optional.empty();
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static String some(List<String> names) {
    String shown = names.stream().limit(3).collect(Collectors.joining(", "));
    return names.size() > 3 ? shown + " and %d more".formatted(names.size() - 3) : shown;
  }
}
