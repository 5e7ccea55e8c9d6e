package dev.gatewaydb.cli;

import dev.gatewaydb.cli.config.ProjectFile;
import dev.gatewaydb.cli.config.ScratchSection;
import dev.gatewaydb.cli.config.UrlRules;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Where throw-away databases come from; shared by every command that needs one. */
final class ScratchOptions {
  static final String FLAG = "--scratch";
  static final String VARIABLE = "GWDB_SCRATCH";

  @Option(
      names = FLAG,
      paramLabel = "SERVER",
      description =
          "Where throw-away databases are made: 'embedded', the default, 'docker' or 'docker:IMAGE'"
              + " for a container, or the URL of a server with a role that may create databases;"
              + " without a password.")
  private String server = "";

  /**
   * One of the places that say it.
   *
   * @param source for messages
   */
  record Choice(String source, String server) {
    boolean isEmbedded() {
      return server.equals(ScratchSection.EMBEDDED);
    }

    /** The image of the container, when it is one. */
    Optional<String> image() {
      return ScratchServer.image(server);
    }

    /**
     * @throws ConfigurationException for anything but a URL that may stand where it does
     */
    DatabaseSettings settings(Map<String, String> variables) {
      if (!server.matches("(?s)postgres(ql)?://.*")) {
        throw new ConfigurationException(
            ("%s must be 'embedded', 'docker', 'docker:IMAGE' or a URL such as"
                    + " postgres://user@host:5432/postgres")
                .formatted(source),
            "");
      }
      DatabaseSettings settings = DatabaseSettings.fromUri(source, server, variables);
      if (source.equals(FLAG) && UrlRules.holdsPassword(source, server)) {
        throw new ConfigurationException(
            FLAG + " holds a password, which every process on this machine can read",
            "Put the URL into %s, or the password into a password file.".formatted(VARIABLE));
      }
      return settings;
    }
  }

  Choice choose(DotEnv.Merged variables, ProjectFile project) {
    if (!server.isEmpty()) {
      return new Choice(FLAG, server);
    }
    String variable = variables.values().getOrDefault(VARIABLE, "").strip();
    if (!variable.isEmpty()) {
      return new Choice(VARIABLE, variable);
    }
    return project
        .scratch()
        .server()
        .map(given -> new Choice(project.toml().path() + ": scratch.server", given))
        .orElse(new Choice("", ScratchSection.EMBEDDED));
  }
}
