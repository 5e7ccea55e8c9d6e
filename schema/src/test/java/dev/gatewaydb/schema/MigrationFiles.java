package dev.gatewaydb.schema;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The migration files as they lie on the class path. */
final class MigrationFiles {
  private MigrationFiles() {}

  static Path folder() {
    URL url =
        Objects.requireNonNull(
            GatewaySchema.class.getClassLoader().getResource(GatewaySchema.migrationsLocation()));
    try {
      return Path.of(url.toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(url.toString(), e);
    }
  }

  /** Names of the files directly in the folder that start with the prefix, in order. */
  static List<String> named(String prefix) throws IOException {
    return in(folder()).stream().filter(name -> name.startsWith(prefix)).toList();
  }

  static List<String> in(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  static List<Path> all() throws IOException {
    try (Stream<Path> files = Files.walk(folder())) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
