package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "baseline",
    description = {
      "Start a history in a schema made by other means: everything up to VERSION counts as applied.",
      "Refused when there is a history, or when tables of the skipped migrations are missing.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = "  gwdb baseline 20260220100000 --reason 'schema made by hand in 2025'")
final class BaselineCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private MigrationOptions limits = new MigrationOptions();

  @Parameters(paramLabel = "VERSION", description = "The last version that the schema has.")
  private String version = "";

  @Option(names = "--reason", paramLabel = "TEXT", description = "For the journal.")
  private String reason = "";

  private final Context context;

  BaselineCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    try (ScratchServer server = context.scratchServer()) {
      context.migrator(database, limits.options()).baseline(version, reason, server);
    }
    context.console().result("the history starts at version " + version);
    return ExitCode.DONE;
  }
}
