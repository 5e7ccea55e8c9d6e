package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.operate.maintain.Maintenance;
import dev.gatewaydb.migrator.operate.maintain.MaintenanceListener;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** What all of the maintain commands take. */
final class MaintainOptions {
  private static final int MOST_LAG_MIB = 1 << 20;

  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(
      names = "--max-lag-mib",
      paramLabel = "N",
      defaultValue = "256",
      description =
          "Pause while a standby is further behind; 0: never; default ${DEFAULT-VALUE}."
              + " Needs the rights of pg_monitor.")
  private int maxLagMib;

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  boolean json;

  Maintenance open(Context context, MaintenanceListener listener) {
    if (maxLagMib < 0 || maxLagMib > MOST_LAG_MIB) {
      throw new ConfigurationException(
          "--max-lag-mib %d is not 0 to %d".formatted(maxLagMib, MOST_LAG_MIB), "");
    }
    return Maintenance.open(
        context.settings(database).dataSource(), (long) maxLagMib << 20, listener);
  }
}
