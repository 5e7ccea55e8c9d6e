package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.check.Snapshots;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Proves backups by restoring them into throw-away databases. */
public final class BackupVerification {
  private static final List<String> ON_ANOTHER_SERVER =
      List.of("--no-owner", "--no-privileges", "--no-tablespaces", "--no-subscriptions");

  private final MigrationSet migrations;
  private final MigratorOptions options;
  private final BackupListener listener;
  private final Loader loader;

  /**
   * @param migrations which make the schema for backups of one table
   * @param options where the history is
   */
  public BackupVerification(
      MigrationSet migrations,
      MigratorOptions options,
      PgPrograms programs,
      BackupListener listener) {
    this.migrations = migrations;
    this.options = options;
    this.listener = listener;
    this.loader = new Loader(programs, listener);
  }

  /**
   * What came of it.
   *
   * @param file the backup
   * @param manifest empty when it has none
   * @param findings what is wrong with it; empty: it holds what it held
   * @param notes what couldn't be looked at, or should be known
   * @param duration how long it took, a measure of how long a restore would
   */
  public record Verified(
      Path file,
      Optional<BackupManifest> manifest,
      List<String> findings,
      List<String> notes,
      Duration duration) {
    /** Copies the lists. */
    public Verified {
      findings = List.copyOf(findings);
      notes = List.copyOf(notes);
    }
  }

  /**
   * Compares a backup's bytes with its manifest, then restores it and compares versions, objects
   * and rows. What is right gets the time of this proof into its manifest.
   *
   * @param server where to restore it
   * @throws ConfigurationException when there is no such file, no pg_restore that reads it, or the
   *     server is too old or lacks an extension
   */
  public Verified verify(Path file, ScratchServer server) {
    Instant start = Instant.now();
    BackupEntry entry = BackupFolder.entry(file.toAbsolutePath());
    List<String> findings = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    try (ScratchDatabase database = server.create()) {
      prove(entry, new Place(server, database), findings, notes);
    }
    Optional<BackupManifest> manifest = entry.manifest();
    if (findings.isEmpty() && manifest.isPresent()) {
      manifest = Optional.of(manifest.get().verified(Instant.now()));
      remember(entry.path(), manifest.get(), notes);
    }
    return new Verified(
        entry.path(), manifest, findings, notes, Duration.between(start, Instant.now()));
  }

  private record Place(ScratchServer server, ScratchDatabase database) {}

  private void prove(BackupEntry entry, Place place, List<String> findings, List<String> notes) {
    try {
      DumpFile dump = DumpFile.of(entry.path());
      if (entry.state() == BackupEntry.State.RUNNING) {
        throw new RefusedException(
            entry.path() + " is still being made", "Wait for its end.", null);
      }
      findings.addAll(faults(entry));
      if (findings.isEmpty()) {
        if (entry.manifest().isEmpty()) {
          notes.add("it has no manifest: that it can be restored is all that was proved");
        }
        restore(dump, entry.manifest(), place, findings, notes);
      }
    } catch (RefusedException | FailedException e) {
      findings.add(String.valueOf(e.getMessage()));
    }
  }

  /** What a look at the bytes tells. */
  static List<String> faults(BackupEntry entry) {
    if (entry.state() == BackupEntry.State.DAMAGED
        || entry.state() == BackupEntry.State.UNFINISHED) {
      return List.of(entry.problem());
    }
    if (entry.manifest().isEmpty()) {
      return List.of();
    }
    try {
      String sha256 = Checksum.of(entry.path());
      return sha256.equals(entry.manifest().get().sha256())
          ? List.of()
          : List.of("its SHA-256 is not the manifest's: it was damaged or changed");
    } catch (IOException e) {
      return List.of("it can't be read: " + e.getMessage());
    }
  }

  private void remember(Path backup, BackupManifest manifest, List<String> notes) {
    Path described = BackupManifest.beside(backup);
    Path fresh = described.resolveSibling(described.getFileName() + UnfinishedBackup.SUFFIX);
    try {
      UnfinishedBackup.write(fresh, manifest);
      Files.move(fresh, described, StandardCopyOption.ATOMIC_MOVE);
      UnfinishedBackup.syncNames(described);
    } catch (IOException e) {
      notes.add(
          "the manifest can't be written, so nobody will know of this proof: "
              + UnfinishedBackup.reason(e));
    }
  }

  private void restore(
      DumpFile dump,
      Optional<BackupManifest> manifest,
      Place place,
      List<String> findings,
      List<String> notes) {
    PgPrograms.Program program = loader.program(dump, manifest);
    ScratchDatabase database = place.database();
    try (ScratchRoles roles = new ScratchRoles(place.server(), database)) {
      try (Connection connection = database.dataSource().getConnection()) {
        manifest.ifPresent(m -> new Fitness(connection, "the scratch server").require(m));
      }
      manifest.ifPresent(m -> roles.create(m.roles(), notes));
      listener.step("restoring into a scratch database with " + program.path());
      if (manifest.flatMap(BackupManifest::table).isPresent()) {
        restoreTable(dump, program, manifest.get(), database);
      } else if (dump.archive()) {
        loader.restore(dump, program, database.settings(), ON_ANOTHER_SERVER);
      } else {
        dump.requireWholeSql();
        loader.execute(dump, program, database.settings());
      }
      if (manifest.isPresent()) {
        try (Connection connection = database.dataSource().getConnection()) {
          findings.addAll(new Proof(manifest.get(), options).compare(connection, notes));
        }
      }
    } catch (SQLException e) {
      throw Snapshots.failed(e);
    }
  }

  /** Such a backup lacks what the table needs: the migrations make it, as far as they go. */
  private void restoreTable(
      DumpFile dump, PgPrograms.Program program, BackupManifest manifest, ScratchDatabase database)
      throws SQLException {
    if (manifest.schemaVersion().flatMap(migrations::find).isPresent()) {
      new Migrator(database, migrations, options, MigrationListener.SILENT)
          .migrateTo(manifest.schemaVersion().get());
    }
    List<String> arguments = new ArrayList<>(ON_ANOTHER_SERVER);
    try (Connection connection = database.dataSource().getConnection();
        Statement statement = connection.createStatement()) {
      String table = manifest.table().orElseThrow();
      if (new Contents(connection).tablesOf(table).isEmpty()) {
        statement.execute("CREATE SCHEMA IF NOT EXISTS " + schemaOf(table));
        arguments.addAll(List.of("--section=pre-data", "--section=data"));
      } else {
        statement.execute("TRUNCATE %s CASCADE".formatted(table));
        arguments.addAll(List.of("--data-only", "--disable-triggers"));
      }
    }
    loader.restore(dump, program, database.settings(), arguments);
  }

  private static String schemaOf(String table) {
    return table.startsWith("\"")
        ? table.replaceFirst("^(\"(?:[^\"]|\"\")*\").*", "$1")
        : table.replaceFirst("\\..*", "");
  }
}
