package dev.gatewaydb.migrator.layout;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.flywaydb.core.api.MigrationVersion;

/**
 * Reads one file for each migration, in the lexical order of the names, as Rack Gateway does. Their
 * versions are text, and Flyway's are numbers: a folder in which the two would be ordered
 * differently is refused.
 */
final class PlainLayout {
  private final FolderFiles files;
  private final Map<String, String> settings = new HashMap<>();
  private final List<Migration> migrations = new ArrayList<>();

  PlainLayout(Path folder) {
    this.files = new FolderFiles(folder, name -> ours(name).isPresent());
  }

  static Optional<NumberedName> ours(String fileName) {
    return NumberedName.parse(fileName).filter(name -> fileName.endsWith(".sql"));
  }

  MigrationSet read() {
    files.paths().forEach(this::take);
    checkOrder();
    files.requireSound();
    return new MigrationSet(
        Layout.PLAIN, migrations, List.of(), List.of(), settings, files.ignored());
  }

  private void take(String path) {
    Optional<NumberedName> name = path.contains("/") ? Optional.empty() : ours(path);
    if (name.isEmpty()) {
      files.ignore(path);
    } else if (name.get().direction() != NumberedName.Direction.UNSAID) {
      files.fault(path, "is one of a pair; the layout 'plain' has one file for each migration");
    } else if (TextVersion.toNumbers(name.get().version()).length() > TextVersion.LONGEST) {
      files.fault(
          path,
          "version '%s' is too long for the history, which keeps '%s'"
              .formatted(name.get().version(), TextVersion.toNumbers(name.get().version())));
    } else {
      files.readSql(path).ifPresent(file -> place(name.get(), file));
    }
  }

  private void place(NumberedName name, MigrationFile file) {
    files.requireContent(file);
    if (MigrationSet.asksForNoTransaction(file)) {
      settings.put(file.path(), MigrationSet.OUT_OF_TRANSACTION);
    }
    migrations.add(new Migration(name.version(), name.description(), file, Optional.empty()));
  }

  private void checkOrder() {
    for (int i = 1; i < migrations.size(); i++) {
      Migration before = migrations.get(i - 1);
      Migration after = migrations.get(i);
      int order = number(before).compareTo(number(after));
      if (order == 0) {
        files.fault(
            after.up().path(),
            before.version().equals(after.version())
                ? "version %s is taken by %s".formatted(after.version(), before.up().path())
                : "version %s can't be told from %s in the history"
                    .formatted(after.version(), before.up().path()));
      } else if (order > 0) {
        files.fault(
            after.up().path(),
            "comes after %s by name and before it by number; give their versions the same form"
                .formatted(before.up().path()));
      }
    }
  }

  private static MigrationVersion number(Migration migration) {
    return MigrationVersion.fromVersion(TextVersion.toNumbers(migration.version()));
  }
}
