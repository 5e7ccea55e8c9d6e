package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.MigrateReport;
import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.NeedsPersonException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Restores a backup into a new database beside the old one, proves it there, and lets it take the
 * old one's place. Until then the old one is as it was.
 */
public final class Restore {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMddHHmmss", Locale.ROOT).withZone(ZoneOffset.UTC);

  private final DatabaseSettings settings;
  private final MigrationSet migrations;
  private final MigratorOptions options;
  private final BackupListener listener;
  private final MigrationListener migrationListener;
  private final Loader loader;

  /**
   * @param settings the database to restore, which has to be there
   * @param migrations of the database
   */
  public Restore(
      DatabaseSettings settings,
      MigrationSet migrations,
      MigratorOptions options,
      PgPrograms programs,
      BackupListener listener,
      MigrationListener migrationListener) {
    this.settings = settings;
    this.migrations = migrations;
    this.options = options;
    this.listener = listener;
    this.migrationListener = migrationListener;
    this.loader = new Loader(programs, listener);
  }

  /**
   * What came of it.
   *
   * @param database that was restored
   * @param oldDatabase the name under which the old one stays; empty when it is gone, or held
   *     nothing
   * @param rows of every table, as restored
   * @param restoredVersion of the schema in the backup; empty without history
   * @param migrated the migrations that ran then; empty when none were to run
   * @param notes what wasn't compared, or should be known
   */
  public record Restored(
      String database,
      Optional<String> oldDatabase,
      Map<String, Long> rows,
      Optional<String> restoredVersion,
      Optional<MigrateReport> migrated,
      List<String> notes,
      Duration duration) {
    /** Copies the lists. */
    public Restored {
      rows = Map.copyOf(rows);
      notes = List.copyOf(notes);
    }
  }

  /**
   * Looks at file and database, and changes nothing.
   *
   * @throws RefusedException when the file isn't whole, is newer than these migrations, or holds
   *     one table; or the database holds something, or somebody is connected, against the options
   * @throws dev.gatewaydb.migrator.error.ConfigurationException when there is no such file, or no
   *     program that reads it, or the server is too old or lacks an extension
   */
  public RestorePlan plan(Path file, RestoreOptions how) {
    RestoreChecks checks = new RestoreChecks(settings, migrations, loader);
    return checks.plan(file.toAbsolutePath(), how);
  }

  /**
   * Does what was planned.
   *
   * @throws FailedException when something fails; the old database is as it was
   * @throws RefusedException when somebody has connected to it, or the migrations don't fit
   * @throws NeedsPersonException when the database couldn't be swapped, and what was restored into
   *     it isn't what was backed up
   */
  public Restored run(RestorePlan plan) {
    Instant start = Instant.now();
    try {
      return plan.inPlace() ? inPlace(plan, start) : beside(plan, start);
    } catch (SQLException e) {
      throw DatabaseSwap.failed(e);
    }
  }

  private Restored beside(RestorePlan plan, Instant start) throws SQLException {
    List<String> notes = new ArrayList<>(plan.notes());
    try (DatabaseSwap swap = DatabaseSwap.beside(settings)) {
      DatabaseSettings fresh = settings.withDatabase(swap.create());
      listener.step("restoring into a new database, %s".formatted(fresh.database()));
      load(plan, fresh, List.of("--jobs=" + plan.how().jobs()));
      Loaded loaded = prove(plan, fresh, notes);
      if (!loaded.findings().isEmpty()) {
        throw new FailedException(
            "what was restored is not what was backed up: " + String.join("; ", loaded.findings()),
            "The old database is as it was. Take another backup.",
            null);
      }
      Optional<MigrateReport> migrated = migrate(plan, fresh);
      analyze(fresh);
      listener.step("swapping the databases");
      String old = swap.swap("_before_" + TIME.format(start), plan.how().disconnect());
      boolean dropped = plan.isEmpty() || plan.how().dropOld();
      if (dropped) {
        swap.drop(old);
      }
      return new Restored(
          settings.database(),
          dropped ? Optional.empty() : Optional.of(old),
          loaded.rows(),
          loaded.version(),
          migrated,
          notes,
          Duration.between(start, Instant.now()));
    }
  }

  private Restored inPlace(RestorePlan plan, Instant start) {
    List<String> notes = new ArrayList<>(plan.notes());
    listener.step("restoring into the database itself, in one transaction");
    load(plan, settings, List.of("--single-transaction"));
    Loaded loaded = prove(plan, settings, notes);
    if (!loaded.findings().isEmpty()) {
      throw new NeedsPersonException(
          "what was restored is not what was backed up: " + String.join("; ", loaded.findings()),
          "The database was empty before; empty it, and take another backup.",
          null);
    }
    Optional<MigrateReport> migrated = migrate(plan, settings);
    analyze(settings);
    return new Restored(
        settings.database(),
        Optional.empty(),
        loaded.rows(),
        loaded.version(),
        migrated,
        notes,
        Duration.between(start, Instant.now()));
  }

  private void load(RestorePlan plan, DatabaseSettings target, List<String> more) {
    if (!plan.file().archive()) {
      loader.execute(plan.file(), plan.program(), target);
      return;
    }
    List<String> arguments = new ArrayList<>(more);
    if (!plan.how().owners()) {
      arguments.addAll(List.of("--no-owner", "--no-privileges"));
    }
    loader.restore(plan.file(), plan.program(), target, arguments);
  }

  private record Loaded(Map<String, Long> rows, Optional<String> version, List<String> findings) {}

  private Loaded prove(RestorePlan plan, DatabaseSettings target, List<String> notes) {
    listener.step("comparing it with the manifest");
    try (Connection connection = target.dataSource().getConnection()) {
      Contents contents = new Contents(connection);
      List<String> versions = contents.appliedVersions(options);
      RestoreChecks.requireKnown(versions, migrations);
      List<String> findings =
          plan.manifest().isPresent()
              ? new Proof(plan.manifest().get(), options).compare(connection, notes)
              : List.of();
      Map<String, Long> rows =
          plan.manifest().isPresent() ? plan.manifest().get().rows() : contents.rows(table -> {});
      return new Loaded(rows, Backup.newest(versions, migrations), findings);
    } catch (SQLException e) {
      throw DatabaseSwap.failed(e);
    }
  }

  private Optional<MigrateReport> migrate(RestorePlan plan, DatabaseSettings target) {
    if (!plan.how().migrate()) {
      return Optional.empty();
    }
    listener.step("running pending migrations");
    try {
      return Optional.of(
          new Migrator(target.dataSource(), migrations, options, migrationListener).migrate());
    } catch (RefusedException e) {
      throw new RefusedException(
          String.valueOf(e.getMessage()),
          (e.nextStep() + "\nOr restore without running migrations: --no-migrate.").strip(),
          e);
    }
  }

  /** A dump has no statistics, and without them the first minutes are slow. */
  private void analyze(DatabaseSettings target) {
    listener.step("collecting statistics");
    try (Connection connection = target.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("ANALYZE");
    } catch (SQLException e) {
      throw DatabaseSwap.failed(e);
    }
  }
}
