package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.time.Duration;
import picocli.CommandLine.Option;

/** Limits on what runs in the database; shared by the commands that change it. */
final class MigrationOptions {
  @Option(
      names = "--lock-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How long a migration may wait for a lock: 2s, 500ms; 0: for ever. Default 2s.")
  private Duration lockTimeout = MigratorOptions.DEFAULT.lockTimeout();

  @Option(
      names = "--lock-retries",
      paramLabel = "N",
      description = "How often it is tried again after that. Default ${DEFAULT-VALUE}.")
  private int lockRetries = MigratorOptions.DEFAULT.lockRetries();

  @Option(
      names = "--statement-timeout",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How long one statement may take; 0: for ever, the default.")
  private Duration statementTimeout = MigratorOptions.DEFAULT.statementTimeout();

  @Option(
      names = "--lock-wait",
      paramLabel = "DURATION",
      converter = DurationConverter.class,
      description = "How long to wait while another process migrates. Default 10m.")
  private Duration lockWait = MigratorOptions.DEFAULT.lockWait();

  MigratorOptions options() {
    if (lockRetries < 0) {
      throw new ConfigurationException(
          "--lock-retries %d is less than 0".formatted(lockRetries), "");
    }
    return MigratorOptions.DEFAULT
        .withTimeouts(lockTimeout, lockRetries, statementTimeout)
        .withLockWait(lockWait)
        .withOperator(System.getProperty("user.name"));
  }
}
