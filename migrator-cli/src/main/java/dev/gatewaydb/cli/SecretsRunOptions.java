package dev.gatewaydb.cli;

import dev.gatewaydb.dao.rotation.Mode;
import dev.gatewaydb.dao.rotation.RotationOptions;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** How upgrade and rotate go about it. */
final class SecretsRunOptions {
  private static final int MOST_BATCH_ROWS = 100_000;
  private static final int MOST_LAG_MIB = 1 << 20;

  @Option(
      names = "--dry-run",
      description = "Change nothing: open every secret, and say what would change.")
  private boolean dryRun;

  @Option(
      names = "--online",
      description = {
        "In batches while services go on, instead of all in one transaction that makes writers"
            + " wait. Killed, the same command goes on where it was.",
      })
  private boolean online;

  @Option(
      names = "--batch-rows",
      paramLabel = "N",
      defaultValue = "5000",
      description = "Rows in a batch, 1 to 100000; default ${DEFAULT-VALUE}.")
  private int batchRows;

  @Option(
      names = "--lock-timeout",
      paramLabel = "TIME",
      converter = DurationConverter.class,
      defaultValue = "10s",
      description =
          "How long one transaction may wait for the tables' locks; 0: for ever; default"
              + " ${DEFAULT-VALUE}.")
  private Duration lockTimeout = Duration.ZERO;

  @Option(
      names = "--max-lag-mib",
      paramLabel = "N",
      defaultValue = "256",
      description =
          "Online, pause while a standby is further behind; 0: never; default ${DEFAULT-VALUE}."
              + " Needs the rights of pg_monitor.")
  private int maxLagMib;

  Mode mode() {
    if (dryRun) {
      return Mode.DRY_RUN;
    }
    return online ? Mode.ONLINE : Mode.ONE_TRANSACTION;
  }

  RotationOptions options(boolean encryptPlaintext) {
    List<String> faults = new ArrayList<>();
    if (batchRows < 1 || batchRows > MOST_BATCH_ROWS) {
      faults.add("--batch-rows %d is not 1 to %d".formatted(batchRows, MOST_BATCH_ROWS));
    }
    if (maxLagMib < 0 || maxLagMib > MOST_LAG_MIB) {
      faults.add("--max-lag-mib %d is not 0 to %d".formatted(maxLagMib, MOST_LAG_MIB));
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults, "");
    }
    return new RotationOptions(batchRows, lockTimeout, (long) maxLagMib << 20, encryptPlaintext);
  }
}
