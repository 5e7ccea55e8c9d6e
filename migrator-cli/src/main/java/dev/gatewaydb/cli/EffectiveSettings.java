package dev.gatewaydb.cli;

import dev.gatewaydb.cli.Setting.Source;
import dev.gatewaydb.cli.config.ProjectFile;
import dev.gatewaydb.cli.config.TomlKey;
import dev.gatewaydb.dao.crypto.KeyRing;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.GoDuration;
import dev.gatewaydb.migrator.connect.PoolSettings;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Every setting and where it came from. What gwdb.toml can say lists itself; only what a flag or a
 * variable can say as well is named here.
 */
final class EffectiveSettings {
  private static final List<String> LIBPQ =
      List.of(
          "PGHOST",
          "PGPORT",
          "PGUSER",
          "PGPASSWORD",
          "PGDATABASE",
          "PGSSLMODE",
          "PGSSLROOTCERT",
          "PGSSLCERT",
          "PGSSLKEY",
          "PGPASSFILE");
  private static final String DATABASE = "database.url";
  private static final String SCRATCH = "scratch.server";
  private static final String DIRECTORY = "migrations.directory";
  private static final String LAYOUT = "migrations.layout";
  private static final String PREREQUISITES = "migrations.prerequisites";
  private static final String TENANT_LABEL = "secrets.tenant_label";

  private final Context context;
  private final DatabaseOptions database;
  private final ScratchOptions scratch;
  private final DotEnv.Merged variables;
  private final ProjectFile project;

  EffectiveSettings(Context context, DatabaseOptions database, ScratchOptions scratch) {
    this.context = context;
    this.database = database;
    this.scratch = scratch;
    this.variables = context.variables();
    this.project = context.project();
  }

  /**
   * Refuses settings that make no sense, as every other command does; that none names a database is
   * fine here.
   */
  List<Setting> all() {
    Optional<DatabaseSettings> settings =
        namesDatabase() ? Optional.of(context.settings(database)) : Optional.empty();
    requireSoundFiles();
    PoolSettings pool = PoolSettings.fromEnvironment(variables.values());
    List<Setting> all = new ArrayList<>();
    for (TomlKey key : project.toml().keys()) {
      all.add(
          switch (key.path()) {
            case DATABASE -> databaseUrl(settings.map(DatabaseSettings::displayUrl));
            case SCRATCH -> scratchServer();
            case DIRECTORY -> directory(key);
            case LAYOUT -> layout(key);
            case PREREQUISITES -> prerequisites(key);
            case TENANT_LABEL -> key.given() ? ofProject(key) : builtIn(key, KeyRing.TENANT_LABEL);
            default -> ofProject(key);
          });
    }
    LIBPQ.stream().filter(this::isSet).forEach(name -> all.add(variable(name, shown(name))));
    Map<String, String> limits = new LinkedHashMap<>();
    limits.put("DB_MAX_OPEN_CONNS", "" + pool.maxOpen());
    limits.put("DB_MAX_IDLE_CONNS", "" + pool.maxIdle());
    limits.put("DB_CONN_MAX_LIFETIME", GoDuration.format(pool.maxLifetime()));
    limits.put("DB_CONN_MAX_IDLE_TIME", GoDuration.format(pool.maxIdleTime()));
    limits.forEach((name, value) -> all.add(variable(name, value)));
    return all;
  }

  private void requireSoundFiles() {
    List<String> faults = new ArrayList<>(project.toml().faults());
    faults.addAll(variables.faults());
    if (!faults.isEmpty()) {
      throw new ConfigurationException(faults, "Correct these settings and try again.");
    }
  }

  private boolean namesDatabase() {
    return !database.url.isEmpty()
        || project.database().url().isPresent()
        || Stream.of("DATABASE_URL", "PGHOST", "PGDATABASE", "PGUSER").anyMatch(this::isSet);
  }

  private Setting databaseUrl(Optional<String> value) {
    return switch (database.place(variables, project)) {
      case FLAG -> new Setting(DATABASE, value, Source.FLAG, Optional.of(DatabaseOptions.URL));
      case PROJECT_FILE -> new Setting(DATABASE, value, Source.PROJECT_FILE, file());
      case VARIABLES -> {
        String name =
            Stream.of("DATABASE_URL", "PGHOST", "PGDATABASE", "PGUSER")
                .filter(this::isSet)
                .findFirst()
                .orElse("");
        yield name.isEmpty()
            ? new Setting(DATABASE, value, Source.DEFAULT, Optional.empty())
            : from(name, DATABASE, value);
      }
    };
  }

  private Setting scratchServer() {
    ScratchOptions.Choice choice = scratch.choose(variables, project);
    Optional<String> value =
        Optional.of(
            choice.isEmbedded() || choice.image().isPresent()
                ? choice.server()
                : choice.settings(variables.values()).displayUrl());
    return switch (choice.source()) {
      case "" -> new Setting(SCRATCH, value, Source.DEFAULT, Optional.empty());
      case ScratchOptions.FLAG ->
          new Setting(SCRATCH, value, Source.FLAG, Optional.of(choice.source()));
      case ScratchOptions.VARIABLE -> from(choice.source(), SCRATCH, value);
      default -> new Setting(SCRATCH, value, Source.PROJECT_FILE, file());
    };
  }

  /** The absolute path, since the file's is relative to itself. */
  private Setting directory(TomlKey key) {
    return project
        .migrations()
        .directory()
        .map(path -> new Setting(DIRECTORY, Optional.of("" + path), Source.PROJECT_FILE, file()))
        .orElse(builtIn(key, "the built-in gateway schema"));
  }

  private static Setting builtIn(TomlKey key, String value) {
    return new Setting(key.path(), Optional.of(value), Source.DEFAULT, Optional.empty());
  }

  /** The one that lies around, where the file names none. */
  private Setting prerequisites(TomlKey key) {
    Optional<Path> found =
        key.given() ? Optional.empty() : new PrerequisitesFile(project).lyingAround();
    return found
        .map(
            path ->
                new Setting(
                    PREREQUISITES, Optional.of("" + path), Source.DEFAULT, Optional.of("its name")))
        .orElse(ofProject(key));
  }

  private Setting layout(TomlKey key) {
    Optional<Path> folder = project.migrations().directory();
    if (key.given() || folder.isEmpty()) {
      return ofProject(key);
    }
    try {
      String told = context.layout(folder.get()).label();
      return new Setting(
          LAYOUT, Optional.of(told), Source.DEFAULT, Optional.of("the files' names"));
    } catch (ConfigurationException notTold) {
      return ofProject(key);
    }
  }

  private Setting ofProject(TomlKey key) {
    return key.given()
        ? new Setting(key.path(), key.value(), Source.PROJECT_FILE, file())
        : new Setting(key.path(), key.value(), Source.DEFAULT, Optional.empty());
  }

  private Optional<String> file() {
    return project.path().map(Path::toString);
  }

  private boolean isSet(String name) {
    return !variables.values().getOrDefault(name, "").isBlank();
  }

  private String shown(String name) {
    return name.equals("PGPASSWORD") ? "***" : variables.values().getOrDefault(name, "");
  }

  private Setting variable(String name, String value) {
    return isSet(name)
        ? from(name, name, Optional.of(value))
        : new Setting(name, Optional.of(value), Source.DEFAULT, Optional.empty());
  }

  private Setting from(String variable, String name, Optional<String> value) {
    boolean real = context.surroundings().environment().containsKey(variable);
    return new Setting(
        name,
        value,
        real ? Source.ENVIRONMENT : Source.ENV_FILE,
        real ? Optional.of(variable) : variables.file().map(file -> variable + " in " + file));
  }
}
