package dev.gatewaydb.migrator.operate.backup;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.FailedException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Loads a dump into a database that holds nothing yet. */
final class Loader {
  private static final int BUFFER_BYTES = 1 << 16;
  private static final long LOOK_MILLIS = 500;

  private final PgPrograms programs;
  private final BackupListener listener;

  Loader(PgPrograms programs, BackupListener listener) {
    this.programs = programs;
    this.listener = listener;
  }

  /** The pg_restore that reads this archive, or psql; so that a missing one is said at once. */
  PgPrograms.Program program(DumpFile file, Optional<BackupManifest> manifest) {
    if (!file.archive()) {
      return programs.findNewest("psql", "SQL");
    }
    return manifest.isPresent()
        ? programs.find(
            "pg_restore",
            BackupManifest.major(manifest.get().toolVersion()),
            "the backup was made by pg_dump %s, which".formatted(manifest.get().toolVersion()))
        : programs.findNewest("pg_restore", "an archive");
  }

  /** Reads an archive to its end and throws it away; whatever is wrong with it is returned. */
  static Optional<String> faultOf(
      DumpFile file, PgPrograms.Program pgRestore, DatabaseSettings anywhere) {
    try (PgProcess process =
        PgProcess.start(pgRestore, anywhere, List.of("--file=/dev/null", file.path().toString()))) {
      return process.succeeds() ? Optional.empty() : Optional.of(process.failure());
    }
  }

  /**
   * Runs pg_restore.
   *
   * @param more arguments
   * @throws FailedException with what it said
   */
  void restore(
      DumpFile file, PgPrograms.Program pgRestore, DatabaseSettings target, List<String> more) {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "--exit-on-error",
                "--verbose",
                "--no-password",
                PgProcess.databaseArgument(target.database())));
    arguments.addAll(more);
    arguments.add(file.path().toString());
    try (PgProcess process = PgProcess.start(pgRestore, target, arguments)) {
      while (!process.endsWithin(LOOK_MILLIS)) {
        listener.progress(0, process.doing());
      }
      requireSuccess(process);
    }
  }

  /**
   * Runs the SQL by psql, in one transaction.
   *
   * @throws FailedException with what it said
   */
  void execute(DumpFile file, PgPrograms.Program psql, DatabaseSettings target) {
    List<String> arguments =
        List.of(
            "--no-psqlrc",
            "--quiet",
            "--no-password",
            "--set=ON_ERROR_STOP=1",
            PgProcess.databaseArgument(target.database()),
            "--file=-");
    try (PgProcess process = PgProcess.startReading(psql, target, arguments);
        InputStream sql = file.transaction()) {
      feed(sql, process);
      requireSuccess(process);
    } catch (IOException e) {
      throw new FailedException(
          "%s can't be read to its end: %s".formatted(file.path(), e.getMessage()), "", e);
    }
  }

  private void feed(InputStream sql, PgProcess process) throws IOException {
    byte[] buffer = new byte[BUFFER_BYTES];
    long bytes = 0;
    OutputStream input = process.input();
    for (int read = sql.read(buffer); read >= 0; read = sql.read(buffer)) {
      try {
        input.write(buffer, 0, read);
      } catch (IOException psqlHasEnded) {
        return;
      }
      bytes += read;
      listener.progress(bytes, "");
    }
    try {
      input.close();
    } catch (IOException psqlHasEnded) {
      return;
    }
  }

  private static void requireSuccess(PgProcess process) {
    if (!process.succeeds()) {
      String said = process.failure();
      throw new FailedException(
          "%s failed: %s".formatted(process.program().name(), said),
          nextStep(said, process.program()),
          null);
    }
  }

  private static String nextStep(String said, PgPrograms.Program program) {
    if (said.contains("\\restrict")) {
      return "psql %s doesn't know \\restrict, which minor versions since August 2025 write: update it."
          .formatted(program.version());
    }
    if (said.contains("unsupported version")) {
      return "A newer pg_dump made it: install that version's client, or name its folder by PG_BIN.";
    }
    if (said.contains("role \"") && said.contains("does not exist")) {
      return "Create the roles first ('gwdb roles' or pg_dumpall --roles-only), or say --no-owner.";
    }
    if (said.contains("unrecognized configuration parameter")) {
      return "%s %s is newer than the server; name an older one's folder by PG_BIN."
          .formatted(program.name(), program.version());
    }
    if (said.contains("No space left")) {
      return "The server's disk is full.";
    }
    return "";
  }
}
