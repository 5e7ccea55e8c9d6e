package dev.gatewaydb.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "backup",
    description = {
      "Make backups with pg_dump, prove them, and remove old ones.",
      "PostgreSQL's programs are looked for in PG_BIN, or on the PATH and in the usual folders.",
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb backup create --out /backups",
      "  gwdb backup verify /backups",
      "  gwdb restore /backups/gateway-20260114T030000Z.dump --replace",
    },
    subcommands = {BackupCreate.class, BackupList.class, BackupVerify.class, BackupPrune.class})
final class BackupCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
