package dev.gatewaydb.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.testing.Project;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A service with migrations of its own, where Flyway's projects have them. */
final class LocationTest {
  @TempDir private Path service;

  @Test
  void theGatewaysAreFoundBesideAServicesOwn() throws Exception {
    new Project(service.resolve("db/migration")).with("V1__own.sql", "SELECT 1;");
    URL[] own = {service.toUri().toURL()};
    try (URLClassLoader loader = new URLClassLoader(own, GatewaySchema.class.getClassLoader())) {
      MigrationSet set = MigrationSet.onClassPath(loader, GatewaySchema.migrationsLocation());
      assertThat(set.migrations()).isEqualTo(GatewayFiles.SET.migrations());
    }
  }
}
