package dev.gatewaydb.cli;

import dev.gatewaydb.dao.rotation.Goal;
import dev.gatewaydb.dao.rotation.Mode;
import dev.gatewaydb.dao.rotation.RotationOptions;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
    name = "verify",
    description = {
      "Open every secret, and say which don't open; exit 1 when there are any. Changes nothing.",
      "With ENCRYPTION_KEY (or ENCRYPTION_KEY_FILE), and the OLD_ one if it is set.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb secrets verify", "  gwdb secrets verify --json | jq .failed"})
final class SecretsVerify implements Callable<Integer> {
  @Mixin private SecretsRun run = new SecretsRun();

  private final Context context;

  SecretsVerify(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    return run.run(
        context,
        new SecretKeys(context).ring(false),
        Goal.VERIFY,
        Mode.DRY_RUN,
        RotationOptions.DEFAULT);
  }
}
