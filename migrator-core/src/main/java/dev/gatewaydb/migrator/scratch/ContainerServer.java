package dev.gatewaydb.migrator.scratch;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;
import org.testcontainers.utility.DockerImageName;

/** A server in a container, by Testcontainers. Its reaper removes what a killed JVM leaves. */
final class ContainerServer implements AutoCloseable {
  private final PostgreSQLContainer container;

  private ContainerServer(PostgreSQLContainer container) {
    this.container = container;
  }

  static ContainerServer start(String image) {
    DockerImageName name = imageName(image);
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      throw new ConfigurationException(
          "no Docker engine answers, which a scratch server in a container needs",
          "Start it, or point DOCKER_HOST at one; or use the embedded server, which needs none.");
    }
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    PostgreSQLContainer container =
        new PostgreSQLContainer(name.asCompatibleSubstituteFor("postgres"))
            .withUsername("postgres")
            .withDatabaseName("postgres")
            .withPassword(HexFormat.of().formatHex(random));
    try {
      container.start();
    } catch (RuntimeException e) {
      container.stop();
      throw new FailedException(
          "no scratch server in a container of %s: %s".formatted(image, rootCause(e)),
          "See whether it can be pulled and run: docker run --rm -e POSTGRES_PASSWORD=x " + image,
          e);
    }
    return new ContainerServer(container);
  }

  private static DockerImageName imageName(String image) {
    try {
      DockerImageName name = DockerImageName.parse(image);
      name.assertValid();
      return name;
    } catch (IllegalArgumentException e) {
      throw new ConfigurationException(
          "'%s' is no name of an image: %s".formatted(image, e.getMessage()),
          "A name is such as postgres:18 or registry.example/team/postgres:16.");
    }
  }

  private static String rootCause(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return String.valueOf(cause.getMessage()).strip();
  }

  DatabaseSettings superuser() {
    return DatabaseSettings.fromEnvironment(
        Map.of(
            "PGHOST",
            container.getHost(),
            "PGPORT",
            container.getMappedPort(PostgreSQLContainer.POSTGRESQL_PORT).toString(),
            "PGUSER",
            container.getUsername(),
            "PGPASSWORD",
            container.getPassword(),
            "PGDATABASE",
            container.getDatabaseName()));
  }

  @Override
  public void close() {
    container.stop();
  }
}
