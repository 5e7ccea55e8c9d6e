package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the launcher has the JVM remember for its start-up cache: the everyday commands. */
public final class Training {
  private static final List<List<String>> COMMANDS =
      List.of(
          List.of("--version"),
          List.of("--help"),
          List.of("no-such-command"),
          List.of("doctor"),
          List.of("migrate"),
          List.of("migrate", "--json"),
          List.of("status"),
          List.of("status", "--json"));

  private Training() {}

  /** Runs them on a scratch database and prints nothing. */
  public static void main(String[] args) throws Exception {
    Path empty = Files.createTempDirectory("gwdb-training");
    Surroundings here = new Surroundings(System.getenv(), empty, Optional.of(empty));
    try (ScratchServer server = ScratchServer.embedded(here.cache());
        ScratchDatabase database = server.create();
        PrintStream nowhere =
            new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      Map<String, String> environment = Map.of("DATABASE_URL", database.settings().uri());
      Surroundings there = new Surroundings(environment, empty, Optional.of(empty));
      for (List<String> command : COMMANDS) {
        Gwdb.run(command.toArray(String[]::new), there, nowhere, nowhere);
      }
      new LocalDev(new Context(there, new Console(nowhere, nowhere, false)));
    } finally {
      Files.delete(empty);
    }
    // As the command itself ends, so that its last classes are in the cache as well.
    System.exit(0);
  }
}
