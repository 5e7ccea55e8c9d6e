package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.connect.PgBouncer;
import dev.gatewaydb.migrator.connect.ServerVersion;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes backups with {@code pg_dump}, in its custom format. */
public final class Backup {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  /** How long it waits for somebody's ALTER TABLE; a migration waits 2 s. */
  private static final Duration LOCK_WAIT = Duration.ofMinutes(1);

  private static final long LOOK_MILLIS = 500;

  private final DatabaseSettings settings;
  private final MigrationSet migrations;
  private final MigratorOptions options;
  private final PgPrograms programs;
  private final BackupListener listener;

  /**
   * @param migrations of the database, which say how its version is written
   * @param options where the history is
   */
  public Backup(
      DatabaseSettings settings,
      MigrationSet migrations,
      MigratorOptions options,
      PgPrograms programs,
      BackupListener listener) {
    this.settings = settings;
    this.migrations = migrations;
    this.options = options;
    this.programs = programs;
    this.listener = listener;
  }

  /**
   * Makes one. Whatever fails on the way leaves nothing behind; what a killed run leaves is not
   * taken for a backup, and removed by the next one.
   *
   * @param folder where it goes, and its manifest beside it
   * @param table the one table to back up, with its schema; empty: the whole database
   * @param gwdbVersion for the manifest
   * @throws ConfigurationException when the folder can't be written to, no pg_dump fits the server,
   *     or there is no such table
   * @throws FailedException when pg_dump or a query fails, or the disk is full
   */
  public BackupManifest create(BackupFolder folder, Optional<String> table, String gwdbVersion) {
    folder
        .removeLeftOvers()
        .forEach(path -> listener.step("removed %s, left by a killed run".formatted(path)));
    try (OneConnectionDataSource one = OneConnectionDataSource.open(settings);
        Connection connection = one.getConnection()) {
      ServerVersion server = ServerVersion.of(connection);
      server.requireSupported();
      requireDirect(connection);
      PgPrograms.Program pgDump =
          programs.find(
              "pg_dump", server.major(), "the server is PostgreSQL " + server + ", which");
      connection.setAutoCommit(false);
      return create(folder.path(), table, gwdbVersion, new Session(connection, server, pgDump));
    } catch (SQLException e) {
      throw failed(e);
    }
  }

  private static void requireDirect(Connection connection) throws SQLException {
    if (PgBouncer.isBetween(connection)) {
      throw new RefusedException(
          "the connection goes through a pooler (PgBouncer), and pg_dump needs a session of its own",
          "Connect straight to PostgreSQL, usually port 5432.",
          null);
    }
  }

  private static FailedException failed(SQLException e) {
    String nextStep =
        switch (String.valueOf(e.getSQLState())) {
          case "42501" -> "Back up as the tables' owner, or as a role with pg_read_all_data.";
          case "55P03" -> "Somebody changes a table; run it again after that.";
          default -> "Nothing of the backup is left; run it again when the server is well.";
        };
    return new FailedException("the database can't be read: " + e.getMessage(), nextStep, e);
  }

  private record Session(Connection connection, ServerVersion server, PgPrograms.Program pgDump) {}

  private BackupManifest create(
      Path folder, Optional<String> table, String gwdbVersion, Session session)
      throws SQLException {
    Instant start = Instant.now();
    String snapshot = snapshot(session.connection());
    Contents contents = new Contents(session.connection());
    List<String> tables = table.isPresent() ? tables(contents, table.get()) : List.of();
    try (UnfinishedBackup file = UnfinishedBackup.reserve(folder, stem(tables, start));
        PgProcess dump = dump(session, snapshot, tables, file)) {
      Map<String, Long> rows = count(contents, tables, dump, file);
      Map<String, String> objects = tables.isEmpty() ? contents.objects() : Map.of();
      List<String> versions = contents.appliedVersions(options);
      List<String> extensions = contents.extensions();
      List<String> roles = contents.roles();
      await(dump, file);
      String sha256 = checksum(file);
      BackupManifest manifest =
          new BackupManifest(
              file.name(),
              start,
              settings.database(),
              tables.stream().findFirst(),
              file.bytes(),
              sha256,
              session.server().toString(),
              session.pgDump().version(),
              gwdbVersion,
              newest(versions, migrations),
              versions,
              rows,
              objects,
              extensions,
              roles,
              Duration.between(start, Instant.now()).toMillis(),
              Optional.empty());
      file.complete(manifest);
      return manifest;
    }
  }

  /** What pg_dump and our counting both see. */
  private static String snapshot(Connection connection) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY");
      // The transaction stays open, and idle, until the dump is done.
      statement.execute(
          "SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0;"
              + " SET LOCAL row_security = off; SET LOCAL max_parallel_workers_per_gather = 0;"
              + " SET LOCAL lock_timeout = "
              + LOCK_WAIT.toMillis());
      try (ResultSet row = statement.executeQuery("SELECT pg_export_snapshot()")) {
        row.next();
        return row.getString(1);
      }
    }
  }

  private static List<String> tables(Contents contents, String name) throws SQLException {
    List<String> tables = contents.tablesOf(name);
    if (tables.isEmpty()) {
      throw new ConfigurationException(
          "--table: there is no table " + name,
          "Give it with its schema, as in audit.audit_event; quoted where SQL needs quotes.");
    }
    return tables;
  }

  private String stem(List<String> tables, Instant start) {
    String what =
        tables.isEmpty() ? settings.database() : settings.database() + "-" + tables.getFirst();
    return what.replaceAll("[^\\p{IsAlphabetic}\\p{IsDigit}._-]", "_") + "-" + TIME.format(start);
  }

  private PgProcess dump(
      Session session, String snapshot, List<String> tables, UnfinishedBackup file)
      throws SQLException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--format=custom",
                "--verbose",
                "--no-password",
                "--lock-wait-timeout=" + LOCK_WAIT.toMillis(),
                "--snapshot=" + snapshot,
                "--file=" + file.path(),
                PgProcess.databaseArgument(settings.database())));
    // What isn't quoted in such a name has no meaning in a pattern.
    tables.forEach(table -> arguments.add("--table=" + table));
    listener.step(
        "backing up with %s %s".formatted(session.pgDump().path(), session.pgDump().version()));
    return PgProcess.start(session.pgDump(), settings.onServerOf(session.connection()), arguments);
  }

  private Map<String, Long> count(
      Contents contents, List<String> tables, PgProcess dump, UnfinishedBackup file)
      throws SQLException {
    if (tables.isEmpty()) {
      return contents.rows(
          table -> {
            if (dump.endsWithin(0)) {
              requireSuccess(dump, file);
            }
          });
    }
    Map<String, Long> rows = new TreeMap<>();
    for (String table : tables) {
      if (contents.hasRows(table)) {
        rows.put(table, contents.count(table));
      }
    }
    return rows;
  }

  private void await(PgProcess dump, UnfinishedBackup file) {
    while (!dump.endsWithin(LOOK_MILLIS)) {
      listener.progress(file.bytes(), dump.doing());
    }
    requireSuccess(dump, file);
  }

  private static void requireSuccess(PgProcess dump, UnfinishedBackup file) {
    if (dump.succeeds()) {
      return;
    }
    String said = dump.failure();
    throw new FailedException(
        "pg_dump failed after %d bytes: %s".formatted(file.bytes(), said),
        nextStep(said, file.path().toAbsolutePath().getParent()),
        null);
  }

  private static String nextStep(String said, @Nullable Path folder) {
    if (said.contains("No space left")
        || said.contains("Disk quota")
        || said.contains("too large")) {
      return "Free some space in %s, or name another folder; nothing of this one is left."
          .formatted(folder);
    }
    if (said.contains("permission denied")) {
      return "Back up as the tables' owner, or as a role with pg_read_all_data.";
    }
    if (said.contains("row-level security") || said.contains("row security")) {
      return "Back up as a role with BYPASSRLS, or as the tables' owner: a backup without the rows"
          + " that somebody may not see would not be one.";
    }
    if (said.contains("lock timeout")) {
      return "Somebody changes a table; run it again after that.";
    }
    return "Nothing of the backup is left; remove the cause, then run it again.";
  }

  private static String checksum(UnfinishedBackup file) {
    try {
      return file.sha256();
    } catch (IOException e) {
      throw UnfinishedBackup.failed(e);
    }
  }

  /** The newest, as the project writes it. */
  static Optional<String> newest(List<String> versions, MigrationSet migrations) {
    return versions.stream()
        .max(VersionOrder.ASCENDING)
        .map(version -> migrations.find(version).map(Migration::version).orElse(version));
  }
}
