package dev.gatewaydb.cli;

import dev.gatewaydb.dao.rotation.Goal;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "rotate",
    description = {
      "Bring every secret from OLD_ENCRYPTION_KEY to ENCRYPTION_KEY; each keeps its version.",
      "Services need both keys beforehand, the new one as ENCRYPTION_KEY; docs/secrets.md has the"
          + " steps.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb secrets rotate --dry-run          does every secret open?",
      "  gwdb secrets rotate",
      "  gwdb secrets rotate --online --max-lag-mib 64",
    })
final class SecretsRotate implements Callable<Integer> {
  @Mixin private SecretsRun run = new SecretsRun();
  @Mixin private SecretsRunOptions options = new SecretsRunOptions();

  private final Context context;

  SecretsRotate(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return run.run(
        context,
        new SecretKeys(context).ring(true),
        Goal.ROTATE,
        options.mode(),
        options.options(false));
  }
}
