package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.connect.ConnectionSettings;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.PoolSettings;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.UnreachableException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.schema.GatewaySchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** What every command starts from. */
record Context(Surroundings surroundings, Console console) {
  private static final String NOT_SET = "DATABASE_URL is not set";

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
    DriverLog.silence();
    DotEnv.Merged variables = variables();
    try {
      return settings(options, variables);
    } catch (ConfigurationException e) {
      throw new ConfigurationException(
          e.faults().stream().map(variables::located).toList(),
          e.nextStep() + (e.faults().contains(NOT_SET) ? whereDotEnvWas(variables) : ""));
    }
  }

  private static String whereDotEnvWas(DotEnv.Merged variables) {
    return variables
        .file()
        .map(file -> "\nThe .env that was read, %s, does not set it.".formatted(file))
        .orElse("\nNo .env was found in %s.".formatted(variables.searched()));
  }

  private static DatabaseSettings settings(DatabaseOptions options, DotEnv.Merged variables) {
    if (options.url.isEmpty()) {
      return ConnectionSettings.from(variables.values(), variables.faults()).database();
    }
    List<String> faults = new ArrayList<>(variables.faults());
    collect(faults, () -> PoolSettings.fromEnvironment(variables.values()));
    Optional<DatabaseSettings> settings =
        collect(
            faults,
            () -> DatabaseSettings.fromUri(DatabaseOptions.URL, options.url, variables.values()));
    if (settings.isPresent() && holdsPassword(options.url)) {
      faults.add(
          DatabaseOptions.URL
              + " holds a password, which every process on this machine can read; put the URL into"
              + " DATABASE_URL, or the password into PGPASSWORD or a password file");
    }
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults, "Correct these settings and try again.");
    }
    return settings.orElseThrow();
  }

  /** The exception's own, after what to do where local-dev's database is meant. */
  String nextStep(UnreachableException e, DatabaseOptions options) {
    try {
      return new LocalDev(this)
          .nextStepFor(settings(options))
          .map(step -> step + "\n" + e.nextStep())
          .orElse(e.nextStep());
    } catch (GatewayDbException noSettingsOrUnreadableFolder) {
      return e.nextStep();
    }
  }

  DotEnv.Merged variables() {
    return DotEnv.under(surroundings.environment(), surroundings.directory());
  }

  private static <T> Optional<T> collect(List<String> faults, Supplier<T> reading) {
    try {
      return Optional.of(reading.get());
    } catch (ConfigurationException e) {
      faults.addAll(e.faults());
      return Optional.empty();
    }
  }

  private static boolean holdsPassword(String url) {
    // Given a password to fall back on, the reader doesn't look for a password file.
    String fallback = "none in the URL";
    DatabaseSettings settings =
        DatabaseSettings.fromUri(DatabaseOptions.URL, url, Map.of("PGPASSWORD", fallback));
    DatabaseSettings without = settings.withLogin(settings.user(), Optional.empty());
    boolean forItsKey = !without.uri().equals(without.displayUrl());
    return forItsKey || !settings.password().equals(Optional.of(Secret.of(fallback)));
  }
}
