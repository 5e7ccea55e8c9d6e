package dev.gatewaydb.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "force",
    description = {
      "Make the history say a version, and run nothing: for after a repair by hand.",
      "Who, when, from where and why is kept in gwdb_journal.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = "  gwdb force 20260220100000 --reason 'index made by hand, ticket 4711'")
final class ForceCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private MigrationOptions limits = new MigrationOptions();

  @Parameters(paramLabel = "VERSION", description = "A migration's version; 0: none is applied.")
  private String version = "";

  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      required = true,
      description = "For the journal.")
  private String reason = "";

  private final Context context;

  ForceCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<String> changes = context.migrator(database, limits.options()).force(version, reason);
    changes.forEach(context.console()::result);
    context
        .console()
        .result(
            Words.count(changes.size(), "history row", "history rows")
                + " changed; nothing was run");
    return ExitCode.DONE;
  }
}
