package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.sync.github.Source;
import dev.gatewaydb.sync.initsql.InitSql;
import dev.gatewaydb.sync.initsql.InitSqlOptions;
import dev.gatewaydb.sync.initsql.InitSqlValidator;
import dev.gatewaydb.sync.initsql.Validation;
import java.util.Optional;

/** What a pull request with new init SQL says to those who review it. */
final class PullRequestText {
  private final ScratchServer server;
  private final InitSqlOptions options;
  private final MigrationSet migrations;
  private final Source source;

  PullRequestText(
      ScratchServer server, InitSqlOptions options, MigrationSet migrations, Source source) {
    this.server = server;
    this.options = options;
    this.migrations = migrations;
    this.source = source;
  }

  String title(InitSql file) {
    return "Gateway tables at migration " + version(file);
  }

  private static String version(InitSql file) {
    return InitSql.headerOf(file.text()).map(InitSql.Header::migrationVersion).orElse("unknown");
  }

  /**
   * Markdown.
   *
   * @param current the file as it is there; empty when there is none
   */
  String body(String path, InitSql file, Optional<String> current) {
    StringBuilder text = new StringBuilder();
    text.append(
        "`%s` as the gateway's migrations make it at version %s.\n\n"
            .formatted(path, version(file)));
    source
        .repository()
        .ifPresent(
            repository ->
                text.append(
                    "- from %s%s\n"
                        .formatted(repository, source.commit().map(c -> "@" + c).orElse(""))));
    source.runUrl().ifPresent(url -> text.append("- made by ").append(url).append('\n'));
    text.append("- SHA-256 of the file: `%s`\n\n".formatted(file.sha256()));
    text.append(current.map(this::difference).orElse("The file is new.\n"));
    return text.append("\nGenerated: changes belong into the gateway's migrations.\n").toString();
  }

  private String difference(String current) {
    Validation validation;
    try {
      validation = new InitSqlValidator(server, options).validate(current, migrations);
    } catch (GatewayDbException e) {
      return "The file as it is can't be compared: %s\n".formatted(e.getMessage());
    }
    if (validation.loadFailure().isPresent()) {
      return "The file as it is can't be loaded: %s\n".formatted(validation.loadFailure().get());
    }
    if (validation.difference().isEmpty()) {
      return "The schema stays the same; only the file's text changes.\n";
    }
    String difference = validation.difference().reversed().toText("now", "then");
    return "What changes in the schema:\n\n%1$sdiff\n%2$s%1$s\n"
        .formatted(fence(difference), difference);
  }

  /** Longer than any run of backticks in the text. */
  private static String fence(String text) {
    String fence = "```";
    while (text.contains(fence)) {
      fence += "`";
    }
    return fence;
  }
}
