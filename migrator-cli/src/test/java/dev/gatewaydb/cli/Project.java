package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A folder with a {@code gwdb.toml} in which the command runs, with exactly the environment that
 * the test gives it. In this JVM by {@link #run}; {@link #process} starts a real one.
 */
record Project(Path directory, Map<String, String> environment) {
  static Project in(Path directory) {
    try {
      Files.createDirectories(directory);
      if (!Files.exists(directory.resolve("gwdb.toml"))) {
        Files.createFile(directory.resolve("gwdb.toml"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new Project(directory, Map.of());
  }

  Project with(String name, String value) {
    Map<String, String> more = new HashMap<>(environment);
    more.put(name, value);
    return new Project(directory, Map.copyOf(more));
  }

  Project with(ScratchDatabase database) {
    return with("DATABASE_URL", database.settings().uri());
  }

  /** The same project, from another of its folders. */
  Project at(Path folder) {
    return new Project(folder, environment);
  }

  Project dotEnv(String text) {
    try {
      Files.writeString(directory.resolve(".env"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  Result run(String... args) {
    return run(Optional.empty(), args);
  }

  Result run(Optional<Path> home, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    int code;
    try (PrintStream outStream = new PrintStream(out, true, StandardCharsets.UTF_8);
        PrintStream errStream = new PrintStream(err, true, StandardCharsets.UTF_8)) {
      Surroundings surroundings = new Surroundings(environment, directory, home);
      code = Gwdb.run(args, surroundings, outStream, errStream);
    }
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }

  GwdbProcess process(String... args) {
    return GwdbProcess.start(this, args);
  }
}
