package dev.gatewaydb.schema;

import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.layout.MigrationFile;
import dev.gatewaydb.migrator.layout.MigrationSet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/** The gateway's migration files. */
final class GatewayFiles {
  private static final ClassLoader LOADER = GatewaySchema.class.getClassLoader();

  static final MigrationSet SET =
      MigrationSet.onClassPath(LOADER, GatewaySchema.migrationsLocation());

  private GatewayFiles() {}

  /** Those with a down script, oldest first. */
  static List<Migration> reversible() {
    return SET.migrations().stream().filter(Migration::reversible).toList();
  }

  static String up(String version) {
    return SET.find(version).orElseThrow().up().text();
  }

  static String down(String version) {
    return SET.find(version).orElseThrow().down().orElseThrow().text();
  }

  static String afterMigrate() {
    return SET.callbacks().stream()
        .filter(file -> file.name().equals("afterMigrate.sql"))
        .map(MigrationFile::text)
        .findFirst()
        .orElseThrow();
  }

  /** How operators undo what has no U file, newest first. */
  static List<String> rollbackReferences() {
    return SET.ignored().stream()
        .filter(path -> path.startsWith("rollback_reference/"))
        .sorted()
        .toList()
        .reversed();
  }

  static String text(String path) throws IOException {
    String name = GatewaySchema.migrationsLocation() + "/" + path;
    try (InputStream in = LOADER.getResourceAsStream(name)) {
      return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
