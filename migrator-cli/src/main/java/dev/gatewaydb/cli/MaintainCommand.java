package dev.gatewaydb.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "maintain",
    description = {
      "Keep the database small: delete old rows by rules, vacuum, build indexes anew.",
      "Rules are [[retention]] in gwdb.toml; the built-in schema has its own: refs and usage.",
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb maintain run --dry-run",
      "  gwdb maintain audit-prune --older-than 400d --dry-run",
    },
    subcommands = {
      MaintainRun.class,
      MaintainSessions.class,
      MaintainRefs.class,
      MaintainUsage.class,
      MaintainAuditVolume.class,
      MaintainAuditPrune.class,
      MaintainVacuum.class,
      MaintainReindex.class,
    })
final class MaintainCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
