package dev.gatewaydb.cli;

import io.github.cdimascio.dotenv.Dotenv;
import io.github.cdimascio.dotenv.DotenvEntry;
import io.github.cdimascio.dotenv.DotenvException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The project's {@code .env} file under the real environment, which wins. */
final class DotEnv {
  private static final String NAME = ".env";

  private DotEnv() {}

  /** What both say together, and what is wrong with the file. */
  record Merged(Map<String, String> values, Optional<Path> file, List<String> faults) {}

  static Merged under(Map<String, String> environment, Path directory) {
    Optional<Path> folder = nearest(directory);
    Optional<Path> file = folder.map(f -> f.resolve(NAME));
    if (folder.isEmpty() || file.isEmpty()) {
      return new Merged(environment, file, List.of());
    }
    Path path = file.get();
    if (!Files.isRegularFile(path)) {
      return new Merged(environment, file, List.of(path + " is not a file"));
    }
    if (!Files.isReadable(path)) {
      return new Merged(environment, file, List.of(path + " can't be read: permission denied"));
    }
    try {
      Map<String, String> values = new HashMap<>();
      Dotenv.configure()
          .directory(folder.get().toString())
          .filename(NAME)
          .load()
          .entries(Dotenv.Filter.DECLARED_IN_ENV_FILE)
          .forEach((DotenvEntry entry) -> values.put(entry.getKey(), entry.getValue()));
      values.putAll(environment);
      return new Merged(values, file, List.of());
    } catch (DotenvException e) {
      // The library's message quotes the line, which may hold a password.
      return new Merged(
          environment, file, List.of(path + " has a line that is not NAME=value or a comment"));
    }
  }

  /** Upwards as far as the project reaches. */
  private static Optional<Path> nearest(Path directory) {
    for (Path folder = directory; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(NAME))) {
        return Optional.of(folder);
      }
      if (Files.exists(folder.resolve("gwdb.toml")) || Files.exists(folder.resolve(".git"))) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
