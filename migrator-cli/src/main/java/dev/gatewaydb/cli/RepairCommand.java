package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.Migrator;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "repair",
    description = {
      "Clear what a failed or killed run left in the history and the journal, so that it can run again.",
      "Nothing else is touched: edited or missing files stay an error.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb repair", "  gwdb repair --yes --reason 'index dropped by hand'"})
final class RepairCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private MigrationOptions limits = new MigrationOptions();
  @Mixin private Confirmation confirmation = new Confirmation();

  @Option(names = "--reason", paramLabel = "TEXT", description = "For the journal.")
  private String reason = "";

  private final Context context;

  RepairCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Migrator migrator = context.migrator(database, limits.options());
    List<String> lines = migrator.repairable();
    lines.forEach(context.console()::progress);
    if (!lines.isEmpty()) {
      confirmation.require(context.console(), "Clear what is listed?");
      lines = migrator.repair(reason);
    }
    context.console().result(Words.count(lines.size(), "entry", "entries") + " cleared");
    return ExitCode.DONE;
  }
}
