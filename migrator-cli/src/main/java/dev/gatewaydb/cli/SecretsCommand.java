package dev.gatewaydb.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "secrets",
    description = {
      "Look at encrypted secrets, and bring them under another key.",
      "Keys come from ENCRYPTION_KEY, OLD_ENCRYPTION_KEY and HKDF_SALT; docs/secrets.md has the"
          + " runbook.",
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    commandListHeading = "%nCommands:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb secrets verify",
      "  gwdb secrets rotate --dry-run",
      "  gwdb secrets rotate --online",
    },
    subcommands = {
      SecretsStatus.class,
      SecretsVerify.class,
      SecretsUpgrade.class,
      SecretsRotate.class,
      SecretsPut.class,
      SecretsGet.class,
    })
final class SecretsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }
}
