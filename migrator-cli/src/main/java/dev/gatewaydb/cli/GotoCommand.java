package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.MigrateReport;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.RevertPlan;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "goto",
    description = "Bring the database to a version, forward or back, whichever it takes.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb goto 20261121100500",
      "  gwdb goto 0 --yes --accept-loss all    revert everything that can be",
    })
final class GotoCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private MigrationOptions limits = new MigrationOptions();
  @Mixin private Reverting reverting = new Reverting();

  @Parameters(paramLabel = "VERSION", description = "A migration's version; 0: before the first.")
  private String version = "";

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  GotoCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Migrator migrator = context.migrator(database, limits.options());
    new UnnamedProject(context).requireMeant(migrator);
    boolean back = version.equals("0") || migrator.status().isApplied(migrator.asWritten(version));
    MigrateReport report =
        back ? reverting.run(context, migrator, plan(migrator)) : migrator.migrateTo(version);
    if (json) {
      context.console().json(MigrateCommand.tree(report));
    } else {
      context.console().result(back ? Reverting.summary(report) : MigrateCommand.summary(report));
    }
    return ExitCode.DONE;
  }

  private RevertPlan plan(Migrator migrator) {
    return version.equals("0") ? migrator.planRevertAll() : migrator.planRevertTo(version);
  }
}
