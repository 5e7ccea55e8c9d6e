package dev.gatewaydb.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    description = {
      "Delete the rows that retention rules say are too old, in short batches.",
      "Doesn't ask, so that it can run every night. Stopped, the next run goes on.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb maintain run --dry-run", "  gwdb maintain run sessions login-states"})
final class MaintainRun implements Callable<Integer> {
  @Mixin private RetentionRun run = new RetentionRun();

  @Parameters(
      arity = "0..*",
      paramLabel = "RULE",
      description = "Only these rules, by name; all by default.")
  private List<String> names = List.of();

  private final Context context;

  MaintainRun(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return run.run(context, new RetentionRules(context).named(names));
  }
}
