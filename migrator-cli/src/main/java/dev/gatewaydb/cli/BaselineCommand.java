package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
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
  @Mixin private ScratchOptions scratch = new ScratchOptions();

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
    Supplier<ScratchServer> servers = context.scratch(scratch);
    Migrator migrator = context.migrator(database, limits.options());
    try (ScratchServer server = servers.get()) {
      migrator.baseline(version, reason, server);
    }
    context.console().result("the history starts at version " + version);
    return ExitCode.DONE;
  }
}
