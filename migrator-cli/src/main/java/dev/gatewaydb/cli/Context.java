package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.connect.ConnectionSettings;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.schema.GatewaySchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What every command starts from. */
record Context(Surroundings surroundings, Console console) {
  Migrator migrator(DatabaseOptions database) {
    return migrator(database, MigratorOptions.DEFAULT);
  }

  Migrator migrator(DatabaseOptions database, MigratorOptions options) {
    return new Migrator(
        settings(database).dataSource(), migrations(), options, new ConsoleListener(console));
  }

  /** Where throw-away databases come from. */
  ScratchServer scratchServer() {
    return ScratchServer.embedded(surroundings.cache());
  }

  /** Without gwdb.toml, the built-in gateway schema is meant. */
  MigrationSet migrations() {
    return MigrationSet.onClassPath(
        Context.class.getClassLoader(), GatewaySchema.migrationsLocation());
  }

  /**
   * Flag over environment over {@code .env}.
   *
   * @throws ConfigurationException with every fault found
   */
  DatabaseSettings settings(DatabaseOptions options) {
    DotEnv.Merged merged = variables();
    Map<String, String> values = new HashMap<>(merged.values());
    List<String> faults = new ArrayList<>(merged.faults());
    if (!options.url.isEmpty()) {
      values.put("DATABASE_URL", options.url);
    }
    DatabaseSettings settings = ConnectionSettings.from(values, faults).database();
    if (!options.url.isEmpty() && passwordInUrl(options.url)) {
      throw new ConfigurationException(
          "--database-url holds a password, which every process on this machine can read",
          "Put the URL into DATABASE_URL, or the password into PGPASSWORD or a password file.");
    }
    return settings;
  }

  DotEnv.Merged variables() {
    return DotEnv.under(surroundings.environment(), surroundings.directory());
  }

  private static boolean passwordInUrl(String url) {
    return DatabaseSettings.fromUri("--database-url", url, Map.of()).password().isPresent();
  }
}
