package dev.gatewaydb.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * What the command is given besides its arguments.
 *
 * @param environment as the process has it
 * @param directory the caller's working directory
 * @param home the source tree that the launcher belongs to; empty for an installed one
 */
record Surroundings(Map<String, String> environment, Path directory, Optional<Path> home) {
  /** Where per-project state belongs: the nearest folder upwards that is a project's root. */
  Path project() {
    for (Path folder = directory; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("gwdb.toml"))) {
        return folder;
      }
    }
    return home.orElse(directory);
  }

  /** The user's cache, as the XDG base directory specification has it. */
  Path cache() {
    String xdg = environment.getOrDefault("XDG_CACHE_HOME", "");
    Path base =
        Path.of(xdg).isAbsolute()
            ? Path.of(xdg)
            : Path.of(System.getProperty("user.home"), ".cache");
    return base.resolve("gwdb");
  }
}
