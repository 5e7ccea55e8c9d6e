package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.MigrateReport;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.RevertPlan;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "revert",
    description = {
      "Take the newest migrations back, each in a transaction of its own.",
      "What their down scripts would drop is found out first, on a scratch database.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb revert",
      "  gwdb revert --count 2 --yes --accept-loss api_key_usage",
      "  gwdb revert --to 20260220100000 --yes --accept-loss all",
    })
final class RevertCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private MigrationOptions limits = new MigrationOptions();
  @Mixin private Reverting reverting = new Reverting();
  @ArgGroup private @Nullable HowFar howFar;

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  RevertCommand(Context context) {
    this.context = context;
  }

  static final class HowFar {
    @Option(names = "--count", paramLabel = "N", description = "How many; default 1.")
    private int count = 1;

    @Option(names = "--to", paramLabel = "VERSION", description = "All above this version; 0: all.")
    private String target = "";
  }

  @Override
  public Integer call() {
    Migrator migrator = context.migrator(database, limits.options());
    MigrateReport report = reverting.run(context, migrator, plan(migrator));
    if (json) {
      context.console().json(MigrateCommand.tree(report));
    } else {
      context.console().result(Reverting.summary(report));
    }
    return ExitCode.DONE;
  }

  private RevertPlan plan(Migrator migrator) {
    HowFar wanted = howFar == null ? new HowFar() : howFar;
    if (!wanted.target.isEmpty()) {
      return migrator.planRevertTo(wanted.target);
    }
    if (wanted.count < 1) {
      throw new ConfigurationException("--count %d is less than 1".formatted(wanted.count), "");
    }
    return migrator.planRevert(wanted.count);
  }
}
