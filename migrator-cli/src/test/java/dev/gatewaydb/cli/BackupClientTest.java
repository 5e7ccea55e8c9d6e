package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code gwdb backup create} and the pg_dump that it finds, or doesn't. */
@ExtendWith(ScratchPostgres.class)
final class BackupClientTest {
  @TempDir private Path folder;

  private Project with(ScratchDatabase database, String script) throws IOException {
    Path program = Files.createDirectories(folder.resolve("bin")).resolve("pg_dump");
    Files.writeString(program, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.createDirectories(folder.resolve("backups"));
    return Project.in(folder).with(database).with("PG_BIN", folder.resolve("bin").toString());
  }

  private Result create(ScratchDatabase database, String script) throws IOException {
    return with(database, script).run("backup", "create", "--out", "backups");
  }

  @Test
  void anOlderOneIsRefused(ScratchDatabase database) throws IOException {
    Result refused = create(database, "echo 'pg_dump (PostgreSQL) 13.3'").exits(2);
    assertThat(refused.err())
        .contains("needs pg_dump ", "pg_dump is 13.3", "apt install postgresql-client-", "PG_BIN");
  }

  @Test
  void itGetsItsSettingsAndThePasswordByItsEnvironment(ScratchDatabase database) throws Exception {
    String password = database.settings().password().orElseThrow().reveal();
    Result failed =
        create(
                database,
                """
                test "$1" = --version && { echo "pg_dump (PostgreSQL) 99.1"; exit; }
                env | sort > %1$s/environment
                printf '%%s\\n' "$@" > %1$s/arguments
                echo "pg_dump: error: it was told $PGPASSWORD" >&2
                exit 1
                """
                    .formatted(folder))
            .exits(5);
    assertThat(failed.err()).contains("it was told ***").doesNotContain(password);
    assertThat(Files.readString(folder.resolve("environment")))
        .contains("PGPASSWORD=" + password)
        .contains("PGDATABASE=" + database.name())
        .doesNotContain("PGPASSFILE", "PG_BIN");
    assertThat(Files.readString(folder.resolve("arguments")))
        .contains("--no-password", "--snapshot=", "--lock-wait-timeout=")
        .doesNotContain(password);
    try (Stream<Path> files = Files.list(folder.resolve("backups"))) {
      assertThat(files).isEmpty();
    }
  }
}
