package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.adopt.ForeignHistory;
import dev.gatewaydb.migrator.error.RefusedException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Without a gwdb.toml the built-in gateway schema is meant. Whoever stands in a project of their
 * own, and has not heard of that file, is told before it reaches their database.
 */
final class UnnamedProject {
  private static final List<String> USUAL_FOLDERS =
      List.of("migrations", "db/migrations", "db/migration", "src/main/resources/db/migration");

  private static final String HOW_TO_NAME =
      "For migrations of your own, write a gwdb.toml: [migrations] and, below it,"
          + " directory = \"migrations\".";

  private final Context context;

  UnnamedProject(Context context) {
    this.context = context;
  }

  private boolean isNamed() {
    return context.project().path().isPresent();
  }

  /** Says on stderr that a folder of migrations here is not what is meant. */
  void note() {
    if (isNamed()) {
      return;
    }
    Path here = context.surroundings().directory();
    USUAL_FOLDERS.stream()
        .filter(folder -> holdsSql(here.resolve(folder)))
        .findFirst()
        .ifPresent(
            folder ->
                context
                    .console()
                    .progress(
                        "note: there is no gwdb.toml, so the built-in gateway schema is meant and"
                            + " not ./"
                            + folder));
  }

  private static boolean holdsSql(Path folder) {
    if (!Files.isDirectory(folder)) {
      return false;
    }
    try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*.sql")) {
      return found.iterator().hasNext();
    } catch (IOException unreadable) {
      return false;
    }
  }

  /**
   * Refuses to put the gateway's tables into a database of somebody else's, unasked.
   *
   * @throws RefusedException where another tool migrates it with other files, and we never have
   */
  void requireMeant(Migrator migrator) {
    if (isNamed()) {
      return;
    }
    Optional<ForeignHistory> other = migrator.otherHistory();
    if (other.isPresent()) {
      throw new RefusedException(
          "%s says that %s migrates this database, with other files than the built-in gateway schema's"
              .formatted(other.get().table(), other.get().tool().label()),
          HOW_TO_NAME
              + "\nTo put the gateway's schema beside the other tables, say so with an empty gwdb.toml.",
          null);
    }
  }
}
