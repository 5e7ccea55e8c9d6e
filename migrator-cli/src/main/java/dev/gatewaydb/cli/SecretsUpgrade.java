package dev.gatewaydb.cli;

import dev.gatewaydb.dao.rotation.Goal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "upgrade",
    description = {
      "Bring secrets of version 1 (the master key) to version 2 (a key for each tenant).",
      "Afterwards set PER_TENANT_ENCRYPTION=true in all services.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb secrets upgrade --dry-run",
      "  gwdb secrets upgrade",
      "  gwdb secrets upgrade --encrypt-plaintext",
    })
final class SecretsUpgrade implements Callable<Integer> {
  @Mixin private SecretsRun run = new SecretsRun();
  @Mixin private SecretsRunOptions options = new SecretsRunOptions();

  @Option(
      names = "--encrypt-plaintext",
      description = "Also encrypt secrets in clear (version 0), which are only reported otherwise.")
  private boolean encryptPlaintext;

  private final Context context;

  SecretsUpgrade(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return run.run(
        context,
        new SecretKeys(context).ring(false),
        Goal.UPGRADE,
        options.mode(),
        options.options(encryptPlaintext));
  }
}
