package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.GatewayDbException;
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
  private static final List<List<String>> WITHOUT_DATABASE =
      List.of(
          List.of("--version"),
          List.of("--help"),
          List.of("no-such-command"),
          List.of("status"),
          List.of("config", "show"));

  private static final List<List<String>> WITH_DATABASE =
      List.of(
          List.of("doctor"),
          List.of("migrate"),
          List.of("migrate", "--json"),
          List.of("status"),
          List.of("status", "--json"));

  private Training() {}

  /** Runs them, the ones with a database on a scratch one, and prints nothing. */
  public static void main(String[] args) throws Exception {
    Path folder = Files.createTempDirectory("gwdb-training");
    // Not empty, so that the classes that read it are in the cache.
    Path project = Files.writeString(folder.resolve("gwdb.toml"), "[scratch]\n");
    try (PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
      run(WITHOUT_DATABASE, new Surroundings(Map.of(), folder, Optional.of(folder)), nowhere);
      withDatabase(folder, nowhere);
    } catch (GatewayDbException e) {
      // No server of our own on this machine: half a cache is better than none.
      System.err.println(e.getMessage());
    } finally {
      Files.delete(project);
      Files.delete(folder);
    }
    // As the command itself ends, so that its last classes are in the cache as well.
    System.exit(0);
  }

  private static void withDatabase(Path folder, PrintStream nowhere) {
    Path cache = new Surroundings(System.getenv(), folder, Optional.of(folder)).cache();
    try (ScratchServer server = ScratchServer.embedded(cache);
        ScratchDatabase database = server.create()) {
      Map<String, String> environment = Map.of("DATABASE_URL", database.settings().uri());
      Surroundings there = new Surroundings(environment, folder, Optional.of(folder));
      run(WITH_DATABASE, there, nowhere);
      new LocalDev(new Context(there, new Console(nowhere, nowhere, false)));
    }
  }

  private static void run(List<List<String>> commands, Surroundings there, PrintStream nowhere) {
    for (List<String> command : commands) {
      Gwdb.run(command.toArray(String[]::new), there, nowhere, nowhere);
    }
  }
}
