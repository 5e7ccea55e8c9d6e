package dev.gatewaydb.migrator.scratch;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where throw-away databases live: an embedded server of our own, one in a container, or a server
 * that was named. Thread-safe.
 */
public final class ScratchServer implements AutoCloseable {
  private static final String DEFAULT_IMAGE = "postgres:18";

  private final DatabaseSettings admin;
  private final String prefix;
  private final String strategy;
  private final AutoCloseable owned;
  private final Map<String, Template> templates = new ConcurrentHashMap<>();

  private ScratchServer(
      DatabaseSettings admin, String prefix, String strategy, AutoCloseable owned) {
    this.admin = admin;
    this.prefix = prefix;
    this.strategy = strategy;
    this.owned = owned;
  }

  /**
   * Starts an embedded server on a free loopback port.
   *
   * @param cache a folder of the user's that keeps the server's programs and an initialised data
   *     directory between runs; made when absent
   * @throws dev.gatewaydb.migrator.error.ConfigurationException when no PostgreSQL for this
   *     platform is on the class path, or the cache can't be written
   * @throws FailedException when it doesn't start
   */
  public static ScratchServer embedded(Path cache) {
    EmbeddedServer server = EmbeddedServer.start(cache);
    return new ScratchServer(server.superuser(), "scratch_", server.copyStrategy(), server);
  }

  /**
   * The image of a server in a container, when {@code place} asks for one: {@code docker} for the
   * version that the embedded server has, or {@code docker:} and the image's name.
   */
  public static Optional<String> image(String place) {
    if (place.equals("docker")) {
      return Optional.of(DEFAULT_IMAGE);
    }
    return place.startsWith("docker:")
        ? Optional.of(place.substring("docker:".length()))
        : Optional.empty();
  }

  /**
   * Starts a server in a container; needs {@code org.testcontainers:testcontainers-postgresql} on
   * the class path and a Docker engine. The image is pulled when it isn't there.
   *
   * @param image made like the official one, such as {@code postgres:18}
   * @throws dev.gatewaydb.migrator.error.ConfigurationException when the name is none,
   *     Testcontainers is missing, or no engine answers
   * @throws FailedException when the image can't be pulled, or the server doesn't start
   */
  public static ScratchServer container(String image) {
    ContainerServer server;
    try {
      server = ContainerServer.start(image);
    } catch (NoClassDefFoundError e) {
      throw new ConfigurationException(
          "Testcontainers is not on the class path",
          "Add org.testcontainers:testcontainers-postgresql.");
    }
    return new ScratchServer(server.superuser(), "scratch_", "", server);
  }

  /**
   * Uses a running server.
   *
   * @param admin a database of it to connect to, as a role that may create databases
   * @throws dev.gatewaydb.migrator.error.UnreachableException when there is no connection
   */
  public static ScratchServer on(DatabaseSettings admin) {
    try {
      GivenServer claim = GivenServer.claim(admin);
      return new ScratchServer(admin, claim.prefix(), "", claim);
    } catch (SQLException e) {
      throw failed("can't use " + admin.displayUrl() + " for scratch databases", e);
    }
  }

  /**
   * Creates an empty database.
   *
   * @throws FailedException when the role may not, or the server doesn't
   */
  public ScratchDatabase create() {
    return createFrom("template0");
  }

  /**
   * Creates a copy of a template, which is prepared at its first use and lives as long as the
   * server.
   *
   * @param key names the template
   * @param preparation fills it; must leave no connection open
   */
  public ScratchDatabase cloneOf(String key, Consumer<ScratchDatabase> preparation) {
    Template template = templates.computeIfAbsent(key, k -> new Template());
    return createFrom(template.name(this, preparation));
  }

  /** Locked alone, not the whole map: a preparation may ask for another template. */
  private static final class Template {
    private @Nullable String name;

    synchronized String name(ScratchServer server, Consumer<ScratchDatabase> preparation) {
      if (name == null) {
        ScratchDatabase fresh = server.create();
        try {
          preparation.accept(fresh);
        } catch (RuntimeException | Error e) {
          fresh.close();
          throw e;
        }
        name = fresh.name();
      }
      return name;
    }
  }

  private ScratchDatabase createFrom(String template) {
    String name = prefix + UUID.randomUUID().toString().replace("-", "");
    execute(
        "CREATE DATABASE \"%s\" TEMPLATE \"%s\" %s".formatted(name, template, strategy),
        "can't create a scratch database");
    return new ScratchDatabase(this, name);
  }

  /** Whether the whole server is thrown away in the end, roles included; else it is somebody's. */
  public boolean isOurs() {
    return !(owned instanceof GivenServer);
  }

  DatabaseSettings settings(String database) {
    return admin.withDatabase(database);
  }

  void drop(String name) {
    execute(
        "DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)".formatted(name),
        "can't drop the scratch database " + name);
  }

  private void execute(String sql, String failure) {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(admin);
        Connection connection = one.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw failed(failure, e);
    }
  }

  private static FailedException failed(String what, Exception e) {
    boolean noRight = e instanceof SQLException sql && "42501".equals(sql.getSQLState());
    return new FailedException(
        what + ": " + e.getMessage(),
        noRight ? "Scratch databases need a role with CREATEDB: ALTER ROLE … CREATEDB." : "",
        e);
  }

  /** Drops what it made, then stops the server if it is our own. */
  @Override
  public void close() {
    try {
      owned.close();
    } catch (Exception e) {
      throw failed("can't clean up the scratch databases", e);
    }
  }
}
