package dev.gatewaydb.cli;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
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
    Optional<Path> found = nearest(directory);
    if (found.isEmpty()) {
      return new Merged(environment, found, List.of());
    }
    Path file = found.get();
    if (!Files.isRegularFile(file)) {
      return new Merged(environment, found, List.of(file + " is not a file"));
    }
    if (!Files.isReadable(file)) {
      return new Merged(environment, found, List.of(file + " can't be read: permission denied"));
    }
    try {
      DotEnvText text = DotEnvText.parse(Files.readString(file));
      Map<String, String> values = new HashMap<>(text.values());
      values.putAll(environment);
      List<String> faults = text.faults().stream().map(fault -> file + ": " + fault).toList();
      return new Merged(values, found, faults);
    } catch (CharacterCodingException e) {
      return new Merged(environment, found, List.of(file + " is not UTF-8 text"));
    } catch (IOException e) {
      return new Merged(environment, found, List.of(file + " can't be read: " + e.getMessage()));
    }
  }

  /**
   * Upwards to the project's root. Outside of a project, in the working directory alone: a file
   * further up, as in a shared {@code /tmp}, may be a stranger's.
   */
  private static Optional<Path> nearest(Path directory) {
    Path root = directory;
    for (Path folder = directory; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("gwdb.toml")) || Files.exists(folder.resolve(".git"))) {
        root = folder;
        break;
      }
    }
    for (Path folder = directory; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve(NAME))) {
        return Optional.of(folder.resolve(NAME));
      }
      if (folder.equals(root)) {
        return Optional.empty();
      }
    }
    return Optional.empty();
  }
}
