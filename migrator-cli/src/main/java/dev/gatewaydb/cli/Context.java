package dev.gatewaydb.cli;

import dev.gatewaydb.cli.config.ProjectFile;
import dev.gatewaydb.cli.config.UrlRules;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.key.KeyHasher;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.check.ExternalTable;
import dev.gatewaydb.migrator.check.FileCheck;
import dev.gatewaydb.migrator.check.Ownership;
import dev.gatewaydb.migrator.connect.ConnectionSettings;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.PoolSettings;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.UnreachableException;
import dev.gatewaydb.migrator.layout.Layout;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.operate.EnvironmentMarker;
import dev.gatewaydb.migrator.operate.backup.PgPrograms;
import dev.gatewaydb.migrator.operate.roles.RoleSettings;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import dev.gatewaydb.schema.ExternalReference;
import dev.gatewaydb.schema.GatewaySchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What every command starts from. */
final class Context {
  private static final String PEPPER = "GWDB_KEY_PEPPER";
  private static final int MANY = 5;
  private static final String NOT_SET = "DATABASE_URL is not set";

  private final Surroundings surroundings;
  private final Console console;
  private @Nullable ProjectFile project;

  Context(Surroundings surroundings, Console console) {
    this.surroundings = surroundings;
    this.console = console;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  Console console() {
    return console;
  }

  /** The project's gwdb.toml, with its faults: whoever uses it requires it to be sound. */
  ProjectFile project() {
    if (project == null) {
      project = ProjectFile.from(surroundings.directory());
    }
    return project;
  }

  Migrator migrator(DatabaseOptions database) {
    return migrator(database, MigratorOptions.DEFAULT);
  }

  Migrator migrator(DatabaseOptions database, MigratorOptions options) {
    return migrator(settings(database), options);
  }

  Migrator migrator(DatabaseSettings settings, MigratorOptions options) {
    MigrationSet migrations = migrations();
    new UnnamedProject(this).note();
    note(FileCheck.strays(migrations), migrations.layout());
    return new Migrator(
        settings.dataSource(), migrations, withHistory(options), new ConsoleListener(console));
  }

  private void note(List<String> strays, Layout layout) {
    if (strays.size() > MANY) {
      console.progress(
          "note: %s and %d more look like migrations and are never run in the layout '%s': 'gwdb check'"
              .formatted(strays.getFirst(), strays.size() - 1, layout.label()));
    } else {
      strays.forEach(
          path ->
              console.progress(
                  "note: " + path + " looks like a migration and is never run: 'gwdb check'"));
    }
  }

  /** With the history where this project has it. */
  MigratorOptions withHistory(MigratorOptions options) {
    return options.withHistory(
        project().migrations().historySchema(), project().migrations().historyTable());
  }

  /**
   * Where throw-away databases come from: flag over environment over {@code .env} over gwdb.toml
   * over the server that we bring along.
   *
   * @return starts it when asked to; the settings are checked at once
   */
  Supplier<ScratchServer> scratch(ScratchOptions options) {
    ScratchOptions.Choice choice = options.choose(variables(), project());
    if (choice.isEmbedded()) {
      return () -> ScratchServer.embedded(surroundings.cache());
    }
    if (choice.image().isPresent()) {
      return () -> ScratchServer.container(choice.image().get());
    }
    DriverLog.silence();
    DatabaseSettings admin = choice.settings(variables().values());
    return () -> ScratchServer.on(admin);
  }

  /** pg_dump and its kin, as PG_BIN and PATH have them. */
  PgPrograms pgPrograms() {
    return new PgPrograms(variables().values());
  }

  /** The defaults, with the project's history table. */
  MigratorOptions historyOptions() {
    return withHistory(MigratorOptions.DEFAULT);
  }

  /** Whose tables are whose: gwdb.toml says it, or for the built-in schema we know. */
  Ownership ownership() {
    return project().hasMigrations()
        ? new Ownership(project().tables().owned(), List.of())
        : new Ownership(
            Optional.empty(),
            GatewaySchema.dashboardTables().stream().map(Context::external).toList());
  }

  /**
   * Whose tables a reset may take: of the built-in schema's database, only the gateway's own. What
   * else is there may be the dashboard's, also where we don't know of it.
   */
  Ownership ownershipForReset() {
    return project().hasMigrations()
        ? ownership()
        : new Ownership(Optional.of(GatewaySchema.ownedTables()), ownership().external());
  }

  /** Where the database says what it is. */
  EnvironmentMarker environmentMarker() {
    Optional<String> table = project().guard().markerTable();
    return project().hasMigrations()
        ? new EnvironmentMarker(table.orElse(MigratorOptions.ENVIRONMENT_TABLE), table.isEmpty())
        : new EnvironmentMarker(table.orElse(GatewaySchema.environmentTable()), false);
  }

  /** The roles that gwdb.toml names; for the built-in schema, also what its tables need. */
  RoleSettings roles() {
    project().toml().requireSound();
    RoleSettings settings = project().roles().settings();
    return project().hasMigrations() ? settings : settings.withTables(BuiltInRoles.tables());
  }

  private static ExternalTable external(String table) {
    return new ExternalTable(
        table,
        GatewaySchema.externalReferences().stream()
            .filter(reference -> reference.referencedTable().equals(table))
            .map(ExternalReference::referencedColumn)
            .distinct()
            .toList());
  }

  /** Where the migrations' files are: the project's folder, or that of our own checkout. */
  Optional<Path> migrationsFolder() {
    return project().hasMigrations()
        ? project().migrations().directory()
        : surroundings
            .home()
            .map(home -> home.resolve("schema/src/main/resources/db/migration"))
            .filter(Files::isDirectory);
  }

  /** The project's, or without a folder of its own those of the built-in gateway schema. */
  MigrationSet migrations() {
    project().toml().requireSound();
    Optional<Path> folder = project().migrations().directory();
    MigrationSet migrations =
        folder.isPresent()
            ? MigrationSet.read(folder.get(), layout(folder.get()))
            : MigrationSet.onClassPath(
                Context.class.getClassLoader(), GatewaySchema.migrationsLocation());
    return new PrerequisitesFile(project()).with(migrations);
  }

  /**
   * How a folder's files are named: as gwdb.toml says of the project's, or as their names tell.
   *
   * @throws ConfigurationException when they fit several layouts
   */
  Layout layout(Path folder) {
    boolean ofProject = project().migrations().directory().filter(folder::equals).isPresent();
    return project()
        .migrations()
        .layout()
        .filter(said -> ofProject)
        .orElseGet(() -> Layout.detect(folder, ofProject ? surroundings.project() : folder));
  }

  /**
   * Flag over environment over {@code .env} over gwdb.toml.
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

  private DatabaseSettings settings(DatabaseOptions options, DotEnv.Merged variables) {
    List<String> faults = new ArrayList<>(project().toml().faults());
    faults.addAll(variables.faults());
    DatabaseOptions.Place place = options.place(variables, project());
    if (place == DatabaseOptions.Place.VARIABLES) {
      return ConnectionSettings.from(variables.values(), faults).database();
    }
    boolean flag = place == DatabaseOptions.Place.FLAG;
    String source = flag ? options.flag() : project().toml().path() + ": database.url";
    String url = flag ? options.url : project().database().url().orElseThrow();
    collect(faults, () -> PoolSettings.fromEnvironment(variables.values()));
    // What the file's own check has found is among the faults already.
    boolean faulty = !flag && !project().toml().faults().isEmpty();
    Optional<DatabaseSettings> settings =
        faulty
            ? Optional.empty()
            : collect(faults, () -> DatabaseSettings.fromUri(source, url, variables.values()));
    if (flag && settings.isPresent() && UrlRules.holdsPassword(source, url)) {
      faults.add(
          source
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

  /**
   * Keyed by the pepper of the environment, if there is one.
   *
   * @throws ConfigurationException with everything that is wrong with it
   */
  KeyHasher keyHasher() {
    try {
      return KeyHasher.fromSetting(variables().values().get(PEPPER));
    } catch (InvalidInputException e) {
      throw new ConfigurationException(
          e.faults().stream().map(fault -> PEPPER + ": " + fault).toList(),
          "Make one with: openssl rand -hex 32");
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
}
