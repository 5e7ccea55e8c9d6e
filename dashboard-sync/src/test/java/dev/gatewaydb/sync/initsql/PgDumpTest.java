package dev.gatewaydb.sync.initsql;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A judge that is not ours: Debian's pg_dump and a server of its version, which the build doesn't
 * bring along. {@code -Dexcluded.test.groups=} runs it.
 */
@Tag("pg_dump")
final class PgDumpTest {
  @TempDir private Path folder;
  private Path programs = Path.of("");
  private int port;

  @BeforeEach
  void start() throws Exception {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      programs = versions.max(Comparator.naturalOrder()).orElseThrow().resolve("bin");
    }
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    server("initdb", "--auth=trust", "--username=postgres", "--no-sync", "-D", data());
    server(
        "pg_ctl",
        "--wait",
        "-D",
        data(),
        "-l",
        folder.resolve("log").toString(),
        "-o",
        "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
            .formatted(port),
        "start");
  }

  @AfterEach
  void stop() throws Exception {
    server("pg_ctl", "--wait", "--mode=immediate", "-D", data(), "stop");
  }

  private String data() {
    return folder.resolve("data").toString();
  }

  private String uri(String database) {
    return "postgres://postgres@127.0.0.1:%d/%s".formatted(port, database);
  }

  /** The server refuses to run as root. */
  private void server(String program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>();
    if ("root".equals(System.getProperty("user.name"))) {
      command.addAll(List.of("runuser", "-u", "postgres", "--"));
    }
    command.add(programs.resolve(program).toString());
    command.addAll(List.of(arguments));
    run(command);
  }

  private String client(String program, String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(programs.resolve(program).toString()));
    command.addAll(List.of(arguments));
    return run(command);
  }

  private String run(List<String> command) throws IOException, InterruptedException {
    Path output = Files.createTempFile(folder, "output", "");
    Process process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    int code = process.waitFor();
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(code).as("%s:%n%s", command, text).isZero();
    return text;
  }

  private String dump(String database) throws Exception {
    return client(
            "pg_dump",
            "--schema-only",
            "--no-owner",
            "--exclude-table=flyway_schema_history",
            "--exclude-table=gwdb_journal",
            uri(database))
        .lines()
        // Random, in minors since August 2025.
        .filter(line -> !line.matches("\\\\(un)?restrict .*"))
        .collect(Collectors.joining("\n", "", "\n"));
  }

  private void load(String sql, String database) throws Exception {
    Path file = Files.writeString(folder.resolve("load.sql"), sql);
    client("psql", "-X", "--quiet", "-v", "ON_ERROR_STOP=1", "-f", file.toString(), uri(database));
  }

  @Test
  void agreesOnWhatWasMigratedAndWhatWasLoaded() throws Exception {
    DatabaseSettings settings = DatabaseSettings.fromUri("test", uri("postgres"), Map.of());
    InitSqlOptions all = Databases.GATEWAY.withTables(List.of());
    try (ScratchServer server = ScratchServer.on(settings);
        ScratchDatabase migrated = server.create();
        ScratchDatabase restored = server.create();
        ScratchDatabase loaded = server.create()) {
      new Migrator(migrated, Databases.gatewayMigrations()).migrate();
      String dump = dump(migrated.name());
      // Conditions of triggers are written differently once they have been read back.
      load(dump, restored.name());
      String file =
          new InitSqlGenerator(server, all).fromMigrations(Databases.gatewayMigrations()).text();
      load(file, loaded.name());
      load(file, loaded.name());
      assertThat(dump(loaded.name())).isEqualTo(dump(restored.name())).contains("api_keys_pkey");

      Validation validation =
          new InitSqlValidator(server, all).validate(dump, Databases.gatewayMigrations());
      assertThat(validation.loadFailure()).isEmpty();
      assertThat(validation.difference().toText("migrations", "dump")).isEmpty();
    }
  }
}
