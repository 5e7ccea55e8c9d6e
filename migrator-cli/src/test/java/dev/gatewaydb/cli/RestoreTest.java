package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.cli.InstalledPostgres.Running;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code gwdb restore}: the old database is whole until the new one has its name. */
@Tag("pg_dump")
@ExtendWith(InstalledPostgres.class)
final class RestoreTest {
  private static final String FIRST =
      "CREATE TABLE t (id int PRIMARY KEY, note text);"
          + " INSERT INTO t SELECT i, md5(i::text) FROM generate_series(1, 1000) i;";

  @TempDir private Path folder;
  private final ScratchDatabase database;
  private final Running server;

  RestoreTest(ScratchDatabase database, Running server) {
    this.database = database;
    this.server = server;
  }

  @AfterEach
  void dropWhatStays() throws Exception {
    for (String name : others()) {
      drop(name);
    }
  }

  private void drop(String name) throws Exception {
    try (var connection = server.admin().dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)".formatted(name));
    }
  }

  /** Databases that restores have made. */
  private List<String> others() throws Exception {
    List<String> names = new ArrayList<>();
    try (var connection = server.admin().dataSource().getConnection();
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT datname FROM pg_database WHERE datname ~ '_before_|^gwdb_restore_'")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private Project project() throws IOException {
    if (!Files.exists(folder.resolve("migrations"))) {
      Files.createDirectories(folder.resolve("migrations"));
      Files.writeString(folder.resolve("migrations/V1__first.sql"), FIRST);
      Files.writeString(
          folder.resolve("gwdb.toml"),
          "[migrations]\ndirectory = \"migrations\"\n[backup]\ndirectory = \"backups\"\n");
      Files.createDirectory(folder.resolve("backups"));
    }
    return Project.in(folder).with(database).with("PATH", System.getenv("PATH"));
  }

  private String backup() throws IOException {
    project().run("migrate").exits(0);
    JsonNode made = project().run("backup", "create", "--json").exits(0).json();
    return "backups/" + made.get("file").asText();
  }

  private void change() throws Exception {
    Sql.execute(database, "DELETE FROM t WHERE id > 10; CREATE TABLE later (id int)");
  }

  private void assertOld() throws Exception {
    assertThat(Sql.value(database, "SELECT count(*) FROM t")).isEqualTo("10");
    assertThat(Sql.value(database, "SELECT to_regclass('later')")).isEqualTo("later");
  }

  private void assertRestored() throws Exception {
    assertThat(Sql.value(database, "SELECT count(*) FROM t")).isEqualTo("1000");
    assertThat(Sql.value(database, "SELECT to_regclass('later')")).isEqualTo("null");
  }

  @Test
  void takesTheOldOnesPlace() throws Exception {
    String file = backup();
    change();
    String name = database.name();
    Sql.execute(
        database,
        "ALTER DATABASE \"%1$s\" SET search_path TO \"$user\", public; ALTER DATABASE \"%1$s\" SET"
                .formatted(name)
            + " work_mem TO '8MB'; COMMENT ON DATABASE \"%1$s\" IS 'it''s'; REVOKE CONNECT ON DATABASE"
                .formatted(name)
            + " \"%1$s\" FROM PUBLIC".formatted(name));
    assertThat(project().run("restore", file).exits(4).err())
        .contains("not empty: it has 3 tables");
    project().run("restore", file, "--replace").exits(4);
    assertThat(project().run("restore", file, "--replace", "--dry-run").exits(0).out())
        .contains("nothing stands in the way");
    assertOld();

    Files.writeString(
        folder.resolve("migrations/V2__second.sql"), "ALTER TABLE t ADD COLUMN more int;");
    JsonNode restored =
        project().run("restore", file, "--replace", "--yes", "--json").exits(0).json();
    assertRestored();
    assertThat(restored.get("restoredVersion").asText()).isEqualTo("1");
    assertThat(restored.get("version").asText()).isEqualTo("2");
    assertThat(restored.at("/rows/public.t").asInt()).isEqualTo(1000);
    assertThat(Sql.value(database, "SHOW search_path")).isEqualTo("\"$user\", public");
    assertThat(Sql.value(database, "SHOW work_mem")).isEqualTo("8MB");
    assertThat(
            Sql.value(
                database,
                "SELECT shobj_description(oid, 'pg_database') || has_database_privilege('pg_monitor',"
                    + " oid, 'CONNECT') || (SELECT reltuples FROM pg_class WHERE relname = 't')"
                    + " FROM pg_database WHERE datname = current_database()"))
        .isEqualTo("it'sfalse1000");
    String old = restored.get("oldDatabase").asText();
    assertThat(others()).containsExactly(old);
    project().with("DATABASE_URL", server.admin().withDatabase(old).uri()).run("status").exits(0);

    Result again = project().run("restore", file, "--replace", "--yes", "--drop-old").exits(0);
    assertThat(again.out()).contains("1001 rows in 2 tables, version 2");
    assertThat(others()).containsExactly(old);
  }

  @Test
  void anEmptyDatabaseNeedsNoWord() throws Exception {
    String file = backup();
    Sql.execute(database, "DROP SCHEMA public CASCADE; CREATE SCHEMA public");
    project().run("restore", file).exits(0);
    assertRestored();
    assertThat(others()).isEmpty();
  }

  @Test
  void othersAreNotCutOffUnasked() throws Exception {
    String file = backup();
    change();
    try (var other = database.dataSource().getConnection()) {
      Result refused = project().run("restore", file, "--replace", "--yes").exits(4);
      assertThat(refused.err()).contains("others are connected", "--disconnect");
      assertOld();
      project().run("restore", file, "--replace", "--yes", "--disconnect").exits(0);
      assertThat(other.isValid(5)).isFalse();
    }
    assertRestored();
  }

  @Test
  void whatIsNotWholeOrTooNewIsRefusedFirst() throws Exception {
    String file = backup();
    change();
    Path path = folder.resolve(file);
    byte[] whole = Files.readAllBytes(path);
    byte[] flipped = whole.clone();
    flipped[whole.length / 2] ^= 1;
    Files.write(path, flipped);
    assertThat(project().run("restore", file, "--replace", "--yes").exits(4).err())
        .contains("SHA-256");
    Files.write(path, Arrays.copyOf(whole, whole.length - 100));
    assertThat(project().run("restore", file, "--replace", "--yes").exits(4).err())
        .contains("bytes");
    // The same without its manifest: pg_restore itself reads it to its end.
    Path bare = folder.resolve("bare.dump");
    Files.write(bare, Arrays.copyOf(whole, whole.length / 2));
    assertThat(project().run("restore", "bare.dump", "--replace", "--yes").exits(4).err())
        .contains("can't be read to its end");
    Files.write(bare, whole);
    assertThat(project().run("restore", "bare.dump", "--replace", "--dry-run").exits(0).err())
        .contains("no manifest");
    Files.write(path, whole);
    project().run("restore", "none.dump").exits(2);
    project().run("restore", "backups").exits(2);

    String manifest = Files.readString(folder.resolve(file + ".json"));
    Files.writeString(
        folder.resolve(file + ".json"),
        manifest.replace(
            "\"appliedVersions\" : [ \"1\" ]", "\"appliedVersions\" : [ \"1\", \"9\" ]"));
    assertThat(project().run("restore", file, "--replace", "--yes").exits(4).err())
        .contains("newer than this gwdb: version 9");
    Files.writeString(
        folder.resolve(file + ".json"),
        manifest.replace("\"appliedVersions\" : [ \"1\" ]", "\"appliedVersions\" : [ \"7\" ]"));
    assertThat(project().run("restore", file, "--replace", "--yes").exits(4).err())
        .contains("of another project");
    Files.writeString(
        folder.resolve(file + ".json"),
        manifest.replace("\"roles\" : [ ]", "\"roles\" : [ \"nobody\" ]"));
    assertThat(project().run("restore", file, "--replace", "--yes").exits(4).err())
        .contains("role nobody", "--no-owner");
    // A proof that fails after loading leaves the old one as well.
    Files.writeString(
        folder.resolve(file + ".json"),
        manifest.replace("\"public.t\" : 1000", "\"public.t\" : 1001"));
    assertThat(project().run("restore", file, "--replace", "--yes").exits(5).err())
        .contains("table public.t has 1000 rows, and had 1001");
    Files.writeString(folder.resolve(file + ".json"), manifest);
    Files.writeString(folder.resolve("migrations/V2__broken.sql"), "SELECT nothing;");
    project().run("restore", file, "--replace", "--yes").exits(5);
    assertOld();
    assertThat(others()).isEmpty();
  }

  @Test
  void dumpsInSqlAreTakenToo() throws Exception {
    project().run("migrate").exits(0);
    Path sql = folder.resolve("plain.sql");
    pgDump(sql);
    byte[] text = Files.readAllBytes(sql);
    try (OutputStream gzip =
        new GZIPOutputStream(Files.newOutputStream(folder.resolve("plain.sql.gz")))) {
      gzip.write(text);
    }
    change();
    Files.write(folder.resolve("cut.sql"), Arrays.copyOf(text, text.length - 2000));
    assertThat(project().run("restore", "cut.sql", "--replace", "--yes").exits(4).err())
        .contains("truncated");
    Files.writeString(folder.resolve("fails.sql"), "CREATE TABLE x (id int); SELECT nothing;");
    assertThat(project().run("restore", "fails.sql", "--replace", "--yes").exits(5).err())
        .contains("column \"nothing\" does not exist");
    assertOld();
    for (String name : List.of("plain.sql", "plain.sql.gz")) {
      Result restored = project().run("restore", name, "--replace", "--yes", "--drop-old").exits(0);
      assertThat(restored.err()).contains("SQL does whatever it says");
      assertRestored();
      change();
    }
  }

  private void pgDump(Path file) throws Exception {
    ProcessBuilder dump =
        new ProcessBuilder(
            server.programs().resolve("pg_dump").toString(), "--file=" + file, database.name());
    dump.environment().putAll(database.settings().clientVariables());
    assertThat(dump.inheritIO().start().waitFor()).isZero();
  }

  @Test
  void anOwnerWithCreatedbNeedsNoSuperuser() throws Exception {
    String role = "owner_" + database.name().hashCode();
    try (var connection = server.admin().dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE ROLE \"%s\" LOGIN CREATEDB PASSWORD 'c4n4ry'".formatted(role));
      statement.execute("CREATE DATABASE \"%1$s\" OWNER \"%1$s\"".formatted(role));
      try {
        String uri =
            server
                .admin()
                .uri()
                .replaceFirst("//postgres:[^@]*", "//" + role + ":c4n4ry")
                .replaceFirst("/postgres$", "/" + role);
        Project own = project().with("DATABASE_URL", uri);
        own.run("migrate").exits(0);
        String file = own.run("backup", "create", "--json").exits(0).json().get("file").asText();
        own.run("restore", "backups/" + file, "--replace", "--yes", "--drop-old").exits(0);
        own.run("status", "--exit-code").exits(0);
      } finally {
        statement.execute("DROP DATABASE \"%s\" WITH (FORCE)".formatted(role));
        statement.execute("DROP ROLE \"%s\"".formatted(role));
      }
    }
  }

  @Test
  void aRoleThatMayNotCreateDatabasesFillsAnEmptyOne() throws Exception {
    String file = backup();
    String role = "plain_" + database.name().hashCode();
    try (var connection = server.admin().dataSource().getConnection();
        var statement = connection.createStatement()) {
      statement.execute("CREATE ROLE \"%1$s\" LOGIN PASSWORD 'c4n4ry'".formatted(role));
      statement.execute("CREATE DATABASE \"%1$s\" OWNER \"%1$s\"".formatted(role));
      try {
        Project plain =
            project()
                .with(
                    "DATABASE_URL",
                    server
                        .admin()
                        .uri()
                        .replaceFirst("//postgres:[^@]*", "//" + role + ":c4n4ry")
                        .replaceFirst("/postgres$", "/" + role));
        Result filled = plain.run("restore", file, "--no-owner").exits(0);
        assertThat(filled.err()).contains("may not create databases", "in one transaction");
        assertThat(plain.run("restore", file, "--no-owner", "--replace", "--yes").exits(4).err())
            .contains("can't be replaced", "CREATEDB");
      } finally {
        statement.execute("DROP DATABASE \"%s\" WITH (FORCE)".formatted(role));
        statement.execute("DROP ROLE \"%s\"".formatted(role));
      }
    }
  }

  @Test
  void killedAnywhereTheOldOneIsWhole() throws Exception {
    String file = backup();
    change();
    for (String step :
        List.of(
            "restoring into", "comparing it", "running pending", "collecting", "swapping the")) {
      try (GwdbProcess process =
          project().process("restore", file, "--replace", "--yes", "--disconnect")) {
        process.awaitText(step);
        process.signal("KILL").result();
      }
      // The two renames are one transaction: whole is what has the name, whichever it is.
      if (Sql.value(database, "SELECT count(*) FROM t").equals("10")) {
        assertOld();
      } else {
        assertRestored();
        assertThat(step).isEqualTo("swapping the");
        return;
      }
    }
    project().run("restore", file, "--replace", "--yes", "--drop-old").exits(0);
    assertRestored();
    assertThat(others()).isEmpty();
  }
}
