package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.check.CheckFinding.Check;
import dev.gatewaydb.migrator.check.CheckFinding.Level;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationFile;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Looks at the files alone: needs no database. */
public final class FileCheck {
  /** A file that some tool would run, by its name: V1__a.sql, 001_a.sql, 1_a.up.pgsql. */
  private static final Pattern MIGRATION_NAME =
      Pattern.compile(
          "(?i)[VUB]?\\d[\\d._]*[_-].*\\.sql|R__.*\\.sql|.*\\.(?:up|down)\\.(?:sql|pgsql|psql)");

  private static final Pattern SQL = Pattern.compile("(?i).*\\.(?:sql|pgsql|psql)");

  /** Where the way back of simple migrations is kept, to be run by hand. */
  private static final String ROLLBACK_REFERENCE = "rollback_reference/";

  private FileCheck() {}

  /** Up and down scripts that don't belong together, and files that are never run. */
  public static List<CheckFinding> run(MigrationSet migrations) {
    List<CheckFinding> findings = new ArrayList<>();
    for (Migration migration : migrations.migrations()) {
      migration
          .down()
          .filter(down -> !stem(down).equals(stem(migration.up())))
          .ifPresent(down -> findings.add(mismatch(migration, down)));
    }
    findings.addAll(foreign(migrations));
    return findings;
  }

  /** Files that look like migrations and are never run: their paths. */
  public static List<String> strays(MigrationSet migrations) {
    return foreign(migrations).stream()
        .filter(finding -> finding.level() == Level.ERROR)
        .map(CheckFinding::file)
        .toList();
  }

  private static List<CheckFinding> foreign(MigrationSet migrations) {
    Set<String> folders =
        Stream.concat(Stream.of(""), files(migrations).map(file -> folder(file.path())))
            .collect(Collectors.toSet());
    return migrations.ignored().stream().flatMap(path -> foreign(path, folders).stream()).toList();
  }

  /**
   * What {@link MigrationSet#read} refused, file by file.
   *
   * @return empty when it isn't about files in that folder
   */
  public static List<CheckFinding> ofFaults(Path folder, ConfigurationException e) {
    String start = "migrations folder " + folder + ": ";
    List<CheckFinding> findings = new ArrayList<>();
    for (String fault : e.faults()) {
      int colon = fault.startsWith(start) ? fault.indexOf(": ", start.length()) : -1;
      if (colon < 0) {
        return List.of();
      }
      String file = fault.substring(start.length(), colon);
      if (!Files.exists(folder.resolve(file), LinkOption.NOFOLLOW_LINKS)) {
        return List.of();
      }
      findings.add(
          new CheckFinding(Check.NAMES, Level.ERROR, file, fault.substring(colon + ": ".length())));
    }
    return findings;
  }

  private static CheckFinding mismatch(Migration migration, MigrationFile down) {
    return new CheckFinding(
        Check.PAIRS,
        Level.WARNING,
        down.path(),
        "is not called like " + migration.up().path() + ", which it reverts");
  }

  /** A name without what tells up from down: V and U, or .up and .down. */
  private static String stem(MigrationFile file) {
    return file.name()
        .replaceFirst("^[VU](?=\\d)", "")
        .replaceFirst("(?:\\.(?:up|down))?\\.sql$", "");
  }

  private static Optional<CheckFinding> foreign(String path, Set<String> folders) {
    if (!SQL.matcher(path).matches() || ("/" + path).contains("/" + ROLLBACK_REFERENCE)) {
      return Optional.empty();
    }
    String name = path.substring(path.lastIndexOf('/') + 1);
    boolean misleads =
        folders.contains(folder(path))
            && MIGRATION_NAME.matcher(name).matches()
            && !name.endsWith(".down.sql");
    return Optional.of(
        misleads
            ? new CheckFinding(
                Check.FOREIGN,
                Level.ERROR,
                path,
                "looks like a migration and is never run: its name is not one of this layout")
            : new CheckFinding(Check.FOREIGN, Level.WARNING, path, "is never run"));
  }

  private static Stream<MigrationFile> files(MigrationSet set) {
    return Stream.concat(set.migrations().stream().map(Migration::up), set.repeatables().stream());
  }

  private static String folder(String path) {
    return path.substring(0, path.lastIndexOf('/') + 1);
  }
}
