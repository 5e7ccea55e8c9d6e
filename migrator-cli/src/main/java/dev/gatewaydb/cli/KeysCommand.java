package dev.gatewaydb.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "keys",
    description = {
      "Issue API keys, look at them, and take them back.",
      "GWDB_KEY_PEPPER, where the services have it, has to be set here as well.",
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb keys list --state active",
      "  gwdb keys revoke gw_live_AbCd --reason 'found in a public repository'",
    },
    subcommands = {
      KeysCreate.class,
      KeysList.class,
      KeysShow.class,
      KeysUpdate.class,
      KeysRotate.class,
      KeysRevoke.class,
      KeysPurge.class,
      KeysSeed.class,
      KeysVerify.class,
      KeysUsage.class,
    })
final class KeysCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
