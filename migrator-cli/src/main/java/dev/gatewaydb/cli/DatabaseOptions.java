package dev.gatewaydb.cli;

import dev.gatewaydb.cli.config.ProjectFile;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which database; shared by every command that connects to one. */
final class DatabaseOptions {
  static final String URL = "--database-url";

  @Option(
      names = URL,
      paramLabel = "URL",
      description =
          "Instead of DATABASE_URL; without a password, which every process could read here:"
              + " leave that to PGPASSWORD or a password file.")
  String url = "";

  private final String flag;

  DatabaseOptions() {
    this(URL, "");
  }

  /**
   * As given by another option.
   *
   * @param url empty for what the settings say
   */
  DatabaseOptions(String flag, String url) {
    this.flag = flag;
    this.url = url;
  }

  String flag() {
    return flag;
  }

  /** Which of them names the database. */
  enum Place {
    FLAG,
    VARIABLES,
    PROJECT_FILE
  }

  /** Variables also where nothing does: they are what most people will want to set. */
  Place place(DotEnv.Merged variables, ProjectFile project) {
    if (!url.isEmpty()) {
      return Place.FLAG;
    }
    return project.database().url().isEmpty() || isNamedBy(variables)
        ? Place.VARIABLES
        : Place.PROJECT_FILE;
  }

  private static boolean isNamedBy(DotEnv.Merged variables) {
    return Stream.of("DATABASE_URL", "PGHOST", "PGDATABASE")
        .anyMatch(name -> !variables.values().getOrDefault(name, "").isBlank());
  }
}
