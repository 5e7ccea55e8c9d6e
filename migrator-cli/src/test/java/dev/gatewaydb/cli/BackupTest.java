package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gatewaydb.cli.InstalledPostgres.Running;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code gwdb backup}, with a server that has a pg_dump of its version. */
@Tag("pg_dump")
@ExtendWith(InstalledPostgres.class)
final class BackupTest {
  private static final String SCHEMA =
      """
      CREATE SCHEMA audit;
      CREATE TYPE audit.kind AS ENUM ('a', 'b');
      CREATE TABLE audit.audit_event (id bigserial PRIMARY KEY, kind audit.kind, note text);
      INSERT INTO audit.audit_event (kind, note) SELECT 'a', md5(i::text) FROM generate_series(1, 500) i;
      CREATE TABLE "Odd ""Name" (id int, s varchar(5) CHECK (s IN ('x', 'y')));
      INSERT INTO "Odd ""Name" VALUES (1, 'x');
      CREATE VIEW v AS SELECT s FROM "Odd ""Name" WHERE s IN ('x', 'z');
      CREATE TABLE part (id int) PARTITION BY RANGE (id);
      CREATE TABLE part_1 PARTITION OF part FOR VALUES FROM (0) TO (10);
      INSERT INTO part VALUES (1), (2);
      CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
      CREATE TRIGGER t BEFORE INSERT ON audit.audit_event FOR EACH ROW EXECUTE FUNCTION f();
      """;

  @TempDir private Path folder;
  private Path backups = Path.of("");

  @BeforeEach
  void makeFolder() throws IOException {
    backups = Files.createDirectory(folder.resolve("backups"));
  }

  private Project on(ScratchDatabase database) {
    return Project.in(folder)
        .with(database)
        .with("PATH", System.getenv("PATH"))
        .with("XDG_CACHE_HOME", System.getProperty("user.home") + "/.cache");
  }

  private List<String> files() throws IOException {
    try (Stream<Path> files = Files.list(backups)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private Path only(String suffix) throws IOException {
    return backups.resolve(
        files().stream().filter(name -> name.endsWith(suffix)).findFirst().orElseThrow());
  }

  @Test
  void isMadeListedAndProved(ScratchDatabase database) throws Exception {
    Sql.execute(database, SCHEMA);
    on(database).run("migrate").exits(0);
    JsonNode made =
        on(database).run("backup", "create", "--out", "backups", "--json").exits(0).json();
    String name = made.get("file").asText();
    assertThat(files()).containsExactly(name, name + ".json");
    assertThat(Files.getPosixFilePermissions(backups.resolve(name)))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(made.at("/rows/audit.audit_event").asInt()).isEqualTo(500);
    assertThat(made.get("rows").get("public.\"Odd \"\"Name\"").asInt()).isEqualTo(1);
    assertThat(made.get("rows").has("public.part")).isFalse();
    assertThat(made.at("/rows/public.part_1").asInt()).isEqualTo(2);
    assertThat(made.get("schemaVersion").asText()).isEqualTo(Shipped.NEWEST);
    assertThat(made.get("bytes").asLong()).isEqualTo(Files.size(backups.resolve(name)));

    JsonNode listed = on(database).run("backup", "list", "--out", "backups", "--json").json();
    assertThat(listed.at("/backups/0/state").asText()).isEqualTo("whole");
    assertThat(listed.at("/backups/0/verifiedAt").isNull()).isTrue();

    // On the embedded server, which is of a newer version.
    Result verified = on(database).run("backup", "verify", "backups").exits(0);
    assertThat(verified.out()).contains("good");
    assertThat(verified.err()).contains("not its definition");
    listed = on(database).run("backup", "list", "--out", "backups", "--json").json();
    assertThat(listed.at("/backups/0/verifiedAt").asText()).isNotEmpty();
  }

  @Test
  void oneTableIsProvedAsWell(ScratchDatabase database) throws Exception {
    Sql.execute(database, SCHEMA);
    on(database).run("backup", "create", "--out", "backups", "--table", "audit.nothing").exits(2);
    on(database)
        .run("backup", "create", "--out", "backups", "--table", "audit.audit_event")
        .exits(0);
    assertThat(only(".dump").getFileName().toString()).contains("-audit.audit_event-");
    // Neither its type nor its trigger's function are in such a backup.
    Result unknown = on(database).run("backup", "verify", "backups").exits(1);
    assertThat(unknown.out()).contains("audit.kind");

    Path migrations = Files.createDirectory(folder.resolve("migrations"));
    Files.writeString(migrations.resolve("V1__all.sql"), SCHEMA);
    Files.writeString(folder.resolve("gwdb.toml"), "[migrations]\ndirectory = \"migrations\"\n");
    Sql.execute(database, "DROP SCHEMA audit CASCADE; DROP SCHEMA public CASCADE");
    Sql.execute(database, "CREATE SCHEMA public");
    on(database).run("migrate").exits(0);
    on(database).run("backup", "create", "--out", "backups", "--table", "part").exits(0);
    on(database)
        .run("backup", "create", "--out", "backups", "--table", "audit.audit_event")
        .exits(0);
    Result proved = on(database).run("backup", "verify", "backups").exits(0);
    assertThat(proved.out().lines()).hasSize(2).allMatch(line -> line.contains("good"));
  }

  @Test
  void whatIsDamagedIsFound(ScratchDatabase database, Running server) throws Exception {
    Sql.execute(database, SCHEMA);
    on(database).run("backup", "create", "--out", "backups").exits(0);
    Path dump = only(".dump");
    Project same = on(database).with("GWDB_SCRATCH", server.admin().uri());
    Result verified = same.run("backup", "verify", dump.toString()).exits(0);
    assertThat(verified.err()).doesNotContain("not its definition");

    Path manifest = only(".json");
    String text = Files.readString(manifest);
    Files.writeString(
        manifest,
        text.replace("\"audit.audit_event\" : 500", "\"audit.audit_event\" : 501")
            .replaceFirst("(\"view public.v\" : )\"\\w+\"", "$1\"0000000000000000\"")
            .replace("table public.part_1\" :", "table public.part_2\" :"));
    assertThat(same.run("backup", "verify", "backups").exits(1).out())
        .contains("table audit.audit_event has 500 rows, and had 501")
        .contains("view public.v is not defined as it was")
        .contains("table public.part_1 was not in the database");

    Files.writeString(manifest, text);
    try (RandomAccessFile file = new RandomAccessFile(dump.toFile(), "rw")) {
      file.seek(file.length() / 2);
      int before = file.read();
      file.seek(file.length() / 2);
      file.write(before ^ 1);
    }
    assertThat(same.run("backup", "verify", "backups").exits(1).out()).contains("SHA-256");
    try (RandomAccessFile file = new RandomAccessFile(dump.toFile(), "rw")) {
      file.setLength(file.length() - 1);
    }
    assertThat(same.run("backup", "list", "--out", "backups").exits(0).out()).contains("damaged");
    same.run("backup", "verify", "backups").exits(4);
    assertThat(same.run("backup", "verify", dump.toString()).exits(1).out()).contains("bytes");
    Files.writeString(manifest, "{}");
    assertThat(same.run("backup", "verify", dump.toString()).exits(1).out()).contains("manifest");
  }

  @Test
  void aFullDiskLeavesNothing(ScratchDatabase database) throws Exception {
    Sql.execute(
        database,
        "CREATE TABLE t AS SELECT md5(i::text) || md5((-i)::text) FROM generate_series(1, 20000) i");
    if ("root".equals(System.getProperty("user.name"))) {
      shell("mount -t tmpfs -o size=256k tmpfs " + backups);
      try {
        Result full = on(database).run("backup", "create", "--out", "backups").exits(5);
        assertThat(full.err()).contains("No space left", "Free some space in");
        assertThat(files()).isEmpty();
      } finally {
        shell("umount " + backups);
      }
    }
    List<String> command = new ArrayList<>(GwdbProcess.command(List.of()));
    command.addAll(List.of("backup", "create", "--out", "backups"));
    ProcessBuilder limited =
        new ProcessBuilder("sh", "-c", "ulimit -f 200; exec \"$@\"", "sh")
            .directory(folder.toFile());
    limited.command().addAll(command);
    limited.environment().put("DATABASE_URL", database.settings().uri());
    Process process = limited.redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(5);
    assertThat(files()).isEmpty();
  }

  private static void shell(String command) throws Exception {
    assertThat(new ProcessBuilder("sh", "-c", command).inheritIO().start().waitFor()).isZero();
  }

  @Test
  void wrongFoldersAreSaidFirst(ScratchDatabase database) {
    on(database).run("backup", "create").exits(2);
    Result missing = on(database).run("backup", "create", "--out", "nowhere").exits(2);
    assertThat(missing.err()).contains("there is no folder");
    Result readOnly = on(database).run("backup", "create", "--out", "/proc").exits(2);
    assertThat(readOnly.err()).contains("nothing can be written to /proc");
    on(database).with("PG_BIN", folder.toString()).run("backup", "create", "--out", ".").exits(2);
  }

  /** The dump waits for a table until it is stopped. */
  private GwdbProcess waiting(ScratchDatabase database) throws Exception {
    GwdbProcess process = on(database).process("backup", "create", "--out", "backups");
    process.awaitText("backing up with");
    await()
        .until(
            () ->
                Sql.value(
                        database,
                        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                            + " AND datname = current_database() AND query LIKE 'LOCK TABLE%'")
                    .equals("1"));
    return process;
  }

  @Test
  void aKilledRunIsNoBackup(ScratchDatabase database) throws Exception {
    Sql.execute(database, "CREATE TABLE t (id int)");
    for (String signal : List.of("KILL", "INT", "TERM")) {
      try (var connection = database.dataSource().getConnection();
          var statement = connection.createStatement()) {
        connection.setAutoCommit(false);
        statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
        try (GwdbProcess process = waiting(database)) {
          List<ProcessHandle> children = process.handle().descendants().toList();
          assertThat(children)
              .anyMatch(child -> child.info().commandLine().orElse("").contains("pg_dump"))
              .noneMatch(
                  child ->
                      child.info().commandLine().orElse("").contains(InstalledPostgres.PASSWORD));
          Result running = on(database).run("backup", "list", "--out", "backups").exits(0);
          assertThat(running.out()).contains("running");
          process.signal(signal).result();
          await().until(() -> children.stream().noneMatch(BackupTest::runs));
        }
      }
      if (signal.equals("KILL")) {
        Result left = on(database).run("backup", "list", "--out", "backups").exits(0);
        assertThat(left.out()).contains("unfinished").doesNotContain("whole");
        assertThat(on(database).run("backup", "prune", "--out", "backups").exits(0).out())
            .contains("left by a run that was killed");
      }
      assertThat(files()).isEmpty();
    }
  }

  /** In a container without an init process, a zombie stays; it has no command line. */
  private static boolean runs(ProcessHandle process) {
    return process.isAlive() && process.info().commandLine().isPresent();
  }

  @Test
  void theServerMayGoInTheMiddle(ScratchDatabase database) throws Exception {
    Sql.execute(database, "CREATE TABLE t (id int)");
    try (var connection = database.dataSource().getConnection();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE");
      try (GwdbProcess process = waiting(database)) {
        statement.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                + " WHERE datname = current_database() AND pid <> pg_backend_pid()");
        Result gone = process.result().exits(5);
        assertThat(gone.err()).contains("Nothing of the backup is left");
      }
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void twoMayRunAtOnce(ScratchDatabase database) throws Exception {
    Sql.execute(database, "CREATE TABLE t (id int)");
    Project project = on(database);
    List<Thread> threads = new ArrayList<>();
    List<Result> results = Collections.synchronizedList(new ArrayList<>());
    for (int i = 0; i < 3; i++) {
      threads.add(
          Thread.ofPlatform()
              .start(() -> results.add(project.run("backup", "create", "--out", "backups"))));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(results).hasSize(3).allMatch(result -> result.code() == 0);
    JsonNode listed = on(database).run("backup", "list", "--out", "backups", "--json").json();
    assertThat(listed.get("backups")).hasSize(3);
    assertThat(listed.findValuesAsText("state")).containsOnly("whole");
  }

  @Test
  void theRunbookRuns(ScratchDatabase database) throws Exception {
    Project project =
        on(database)
            .with("TEST_URL", database.settings().uri())
            .with("GWDB_SCRATCH", database.settings().uri());
    Files.delete(backups);
    try (MarkdownShell shell = new MarkdownShell(project)) {
      shell.run(Path.of("..", "docs", "backups.md"));
    }
  }
}
