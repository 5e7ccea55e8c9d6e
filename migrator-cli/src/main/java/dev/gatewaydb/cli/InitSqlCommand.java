package dev.gatewaydb.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "init-sql",
    description = {
      "The SQL file from which another repository boots its database: made, checked, and brought there.",
      "It can be loaded again and again, and stops where something is there with another shape.",
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb init-sql generate --out db/init.sql",
      "  gwdb init-sql validate --file db/init.sql",
      "  gwdb init-sql dispatch --repo acme/dashboard-api --wait",
    },
    subcommands = {InitSqlGenerate.class, InitSqlValidate.class, InitSqlDispatch.class})
final class InitSqlCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
