package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.operate.ResetGuard;
import java.util.Optional;

/**
 * {@code [guard]}.
 *
 * @param reset names of the variables that a reset looks at
 * @param markerTable the table with the environment's name; empty when not given
 */
public record GuardSection(ResetGuard reset, Optional<String> markerTable) {
  static GuardSection from(TomlTable table) {
    return new GuardSection(
        new ResetGuard(
            variable(table, "reset_variable", "RESET_GATEWAY_DATABASE"),
            variable(table, "dev_mode_variable", "DEV_MODE"),
            variable(table, "disable_check_variable", "DISABLE_DATABASE_ENVIRONMENT_CHECK")),
        table.string("marker_table"));
  }

  private static String variable(TomlTable table, String key, String fallback) {
    String name = table.string(key, fallback);
    if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
      table.fault(key, "must be the name of an environment variable");
      return fallback;
    }
    return name;
  }
}
