package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.catalog.CatalogObject;
import dev.gatewaydb.migrator.catalog.ObjectKind;
import dev.gatewaydb.migrator.catalog.SchemaSnapshot;
import dev.gatewaydb.migrator.check.Snapshots;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.connect.PgBouncer;
import dev.gatewaydb.migrator.connect.ServerVersion;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.operate.OtherClients;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Everything that can be known before anything is changed. */
final class RestoreChecks {
  private final DatabaseSettings settings;
  private final MigrationSet migrations;
  private final Loader loader;

  RestoreChecks(DatabaseSettings settings, MigrationSet migrations, Loader loader) {
    this.settings = settings;
    this.migrations = migrations;
    this.loader = loader;
  }

  RestorePlan plan(Path path, RestoreOptions how) {
    DumpFile file = DumpFile.of(path);
    BackupEntry entry = BackupFolder.entry(path);
    Optional<BackupManifest> manifest = entry.manifest();
    requireWhole(entry);
    manifest.ifPresent(this::requireFitting);
    PgPrograms.Program program = loader.program(file, manifest);
    List<String> notes = new ArrayList<>();
    if (!file.archive()) {
      file.requireWholeSql();
    } else if (manifest.isEmpty()) {
      requireReadable(file, program);
      notes.add("the backup has no manifest: its rows can't be compared");
    }
    manifest
        .filter(m -> !m.database().equals(settings.database()))
        .ifPresent(
            m -> notes.add("the backup is of a database with another name, " + m.database()));
    RestorePlan.Target target = target(manifest, how, notes);
    return new RestorePlan(file, manifest, program, how, target, notes);
  }

  private static void requireWhole(BackupEntry entry) {
    if (entry.state() == BackupEntry.State.RUNNING) {
      throw new RefusedException(entry.path() + " is still being made", "Wait for its end.", null);
    }
    List<String> faults = BackupVerification.faults(entry);
    if (!faults.isEmpty()) {
      throw new RefusedException(
          "%s is not whole: %s".formatted(entry.path(), String.join("; ", faults)),
          "Nothing was changed. Take another backup: 'gwdb backup list' shows them.",
          null);
    }
  }

  private void requireFitting(BackupManifest manifest) {
    if (manifest.table().isPresent()) {
      throw new RefusedException(
          "the backup holds one table, %s, and a restore is of the whole database"
              .formatted(manifest.table().get()),
          "To put rows back by hand: pg_restore --data-only --dbname=… FILE.",
          null);
    }
    requireKnown(manifest.appliedVersions(), migrations);
  }

  /**
   * Refuses versions that are newer than the newest of these migrations.
   *
   * @param versions as a history has them
   */
  static void requireKnown(List<String> versions, MigrationSet migrations) {
    List<String> unknown =
        versions.stream().filter(version -> migrations.find(version).isEmpty()).toList();
    if (unknown.isEmpty()) {
      return;
    }
    if (unknown.size() == versions.size()) {
      throw new RefusedException(
          "the backup is of another project: none of its migrations is among these (it has %s)"
              .formatted(unknown.getLast()),
          "Run this in that project, or correct migrations.directory in gwdb.toml.",
          null);
    }
    String newest =
        migrations.migrations().stream()
            .map(Migration::version)
            .reduce((older, newer) -> newer)
            .map(migrations.layout()::historyVersion)
            .orElse("0");
    unknown.stream()
        .filter(version -> VersionOrder.ASCENDING.compare(version, newest) > 0)
        .max(VersionOrder.ASCENDING)
        .ifPresent(
            version -> {
              throw new RefusedException(
                  "the backup is newer than this gwdb: version %s is not among the migrations here"
                      .formatted(version),
                  "Use the build that made it, or a newer one.",
                  null);
            });
  }

  private void requireReadable(DumpFile file, PgPrograms.Program program) {
    Loader.faultOf(file, program, settings)
        .ifPresent(
            fault -> {
              throw new RefusedException(
                  "%s can't be read to its end: %s".formatted(file.path(), fault),
                  "Nothing was changed. Take another backup.",
                  null);
            });
  }

  private RestorePlan.Target target(
      Optional<BackupManifest> manifest, RestoreOptions how, List<String> notes) {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(settings);
        Connection connection = one.getConnection()) {
      ServerVersion.of(connection).requireSupported();
      requireWritable(connection);
      if (manifest.isPresent()) {
        Fitness fitness = new Fitness(connection, "this server");
        fitness.require(manifest.get());
        requireRoles(fitness.missingRoles(manifest.get().roles()), how);
      }
      List<CatalogObject> objects =
          SchemaSnapshot.read(connection).objects().stream()
              .filter(RestoreChecks::isSomething)
              .toList();
      long tables = objects.stream().filter(o -> o.id().kind() == ObjectKind.TABLE).count();
      if (!objects.isEmpty() && !how.replace()) {
        throw new RefusedException(
            "database %s is not empty: it has %d tables".formatted(settings.database(), tables),
            "If it is to be replaced: --replace.",
            null);
      }
      if (!how.disconnect()) {
        OtherClients.requireNone(
            connection, "Stop them, or say --disconnect to end their sessions.");
      }
      Optional<String> obstacle = DatabaseSwap.obstacle(connection);
      if (obstacle.isPresent()) {
        requireEmpty(objects.isEmpty(), obstacle.get());
        notes.add(obstacle.get() + ": restoring into the database itself, in one transaction");
      }
      return new RestorePlan.Target(tables, objects.isEmpty(), obstacle.isPresent());
    } catch (SQLException e) {
      throw Snapshots.failed(e);
    }
  }

  private static void requireWritable(Connection connection) throws SQLException {
    if (DatabaseSwap.isStandby(connection)) {
      throw new RefusedException(
          "the server is a standby, which can only be read", "Connect to the primary.", null);
    }
    if (PgBouncer.isBetween(connection)) {
      throw new RefusedException(
          "the connection goes through a pooler (PgBouncer)",
          "Connect straight to PostgreSQL, usually port 5432.",
          null);
    }
  }

  private static void requireRoles(List<String> missing, RestoreOptions how) {
    if (how.owners() && !missing.isEmpty()) {
      throw new RefusedException(
          "not on this server, and owners or grantees in the backup: role "
              + String.join(", ", missing),
          "Create them first, or say --no-owner: then everything belongs to the role that restores,"
              + " without privileges for others.",
          null);
    }
  }

  private static void requireEmpty(boolean empty, String obstacle) {
    if (!empty) {
      throw new RefusedException(
          "the database can't be replaced: " + obstacle,
          "Restore as its owner, with ALTER ROLE … CREATEDB; or into an empty database.",
          null);
    }
  }

  /** What isn't there in a database that was just made. */
  private static boolean isSomething(CatalogObject object) {
    return switch (object.id().kind()) {
      case EXTENSION, DEFAULT_PRIVILEGES, LANGUAGE -> false;
      case SCHEMA -> !object.simpleName().equals("public");
      default -> true;
    };
  }
}
