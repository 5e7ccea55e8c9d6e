package dev.gatewaydb.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
    name = "secrets",
    description = {
      "Look at encrypted secrets, and bring them under another key.",
      "Keys come from ENCRYPTION_KEY and OLD_ENCRYPTION_KEY, or from the files that",
      "ENCRYPTION_KEY_FILE and OLD_ENCRYPTION_KEY_FILE name; tenants' keys need HKDF_SALT.",
      "The runbook is docs/secrets.md.",
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
