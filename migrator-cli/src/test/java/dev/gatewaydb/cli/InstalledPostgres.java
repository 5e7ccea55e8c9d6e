package dev.gatewaydb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.HostPort;
import dev.gatewaydb.migrator.connect.Secret;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Debian's PostgreSQL, whose pg_dump fits it; for tests with the tag {@code pg_dump}. Gives {@link
 * ScratchDatabase}s of one server for all tests of the JVM.
 */
final class InstalledPostgres implements ParameterResolver {
  /** The superuser's password, for tests that look where it turns up. */
  static final String PASSWORD = "c4n4ry-b4ckup";

  private static final Namespace NAMESPACE = Namespace.create(InstalledPostgres.class);

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == ScratchDatabase.class || type == Running.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Running running =
        context
            .getRoot()
            .getStore(NAMESPACE)
            .getOrComputeIfAbsent("server", key -> Running.start(), Running.class);
    if (parameter.getParameter().getType() == Running.class) {
      return running;
    }
    ScratchDatabase database = running.server().create();
    context.getStore(NAMESPACE).put(database.name(), database);
    return database;
  }

  /** The server, its programs' folder, and its data. */
  record Running(ScratchServer server, DatabaseSettings admin, Path programs, Path folder)
      implements AutoCloseable {
    static Running start() {
      try {
        Path programs;
        try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
          programs = versions.max(Comparator.naturalOrder()).orElseThrow().resolve("bin");
        }
        Path folder = Files.createTempDirectory("gwdb-test-postgres");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
        Path password = Files.writeString(folder.resolve("password"), PASSWORD);
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-r--r--"));
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
          port = free.getLocalPort();
        }
        run(
            programs.resolve("initdb"),
            "--auth=scram-sha-256",
            "--username=postgres",
            "--pwfile=" + password,
            "--no-sync",
            "--encoding=UTF8",
            "-D",
            folder.resolve("data").toString());
        run(
            programs.resolve("pg_ctl"),
            "--wait",
            "-D",
            folder.resolve("data").toString(),
            "-l",
            folder.resolve("log").toString(),
            "-o",
            "-p %d -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c fsync=off"
                .formatted(port),
            "start");
        DatabaseSettings admin =
            DatabaseSettings.of(
                new HostPort("127.0.0.1", port),
                "postgres",
                "postgres",
                Optional.of(Secret.of(PASSWORD)));
        return new Running(ScratchServer.on(admin), admin, programs, folder);
      } catch (IOException | InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }

    /** The server refuses to run as root. */
    private static void run(Path program, String... arguments)
        throws IOException, InterruptedException {
      List<String> command = new ArrayList<>();
      if ("root".equals(System.getProperty("user.name"))) {
        command.addAll(List.of("runuser", "-u", "postgres", "--"));
      }
      command.add(program.toString());
      command.addAll(List.of(arguments));
      Path said = Files.createTempFile("gwdb-test", ".out");
      int code =
          new ProcessBuilder(command)
              .directory(Path.of("/").toFile())
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start()
              .waitFor();
      assertThat(code).as("%s:%n%s", command, Files.readString(said)).isZero();
      Files.delete(said);
    }

    @Override
    public void close() throws Exception {
      server.close();
      run(
          programs.resolve("pg_ctl"),
          "--wait",
          "--mode=immediate",
          "-D",
          folder.resolve("data").toString(),
          "stop");
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
