package dev.gatewaydb.sync.server;

import com.zaxxer.hikari.HikariDataSource;
import dev.gatewaydb.dao.key.ApiKeyAuthenticator;
import dev.gatewaydb.dao.key.KeyHasher;
import dev.gatewaydb.migrator.connect.PoolSettings;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import io.javalin.Javalin;
import io.javalin.util.JavalinBindException;
import io.javalin.util.JavalinException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Serves what people and machines want to know of a database: a page, the init SQL, the schema, the
 * migrations, metrics. It changes nothing in the database, and runs on while that is away.
 */
public final class StatusServer implements AutoCloseable {
  private static final int MOST_CAUSES = 10;
  private static final int HIGHEST_PORT = 65_535;
  private static final PoolSettings POOL =
      new PoolSettings(4, 1, Duration.ofMinutes(30), Duration.ofMinutes(5));
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final Javalin javalin;
  private final SchemaFiles files;
  private final @Nullable ApiKeyAuthenticator authenticator;
  private final HikariDataSource pool;

  private StatusServer(
      ServedDatabase database, String version, String host, int port, Optional<KeyHasher> keys) {
    this.pool = POOL.dataSourceOnDemand(database.settings(), PATIENCE);
    DatabaseWatch watch = new DatabaseWatch(database, pool);
    this.files = new SchemaFiles(database, watch);
    ServerMetrics metrics = new ServerMetrics(watch, files);
    this.authenticator = keys.map(hasher -> authenticator(database, hasher, metrics)).orElse(null);
    Gate gate = new Gate(authenticator, host);
    Routes routes = new Routes(database, version, watch, files, metrics, gate);
    this.javalin =
        Javalin.create(
            config -> {
              Limits.apply(config);
              config.jetty.host = host;
              config.jetty.port = port;
              routes.addTo(config);
            });
  }

  /** Reads and counts nothing: the server changes nothing, not even when a key was last used. */
  private ApiKeyAuthenticator authenticator(
      ServedDatabase database, KeyHasher hasher, ServerMetrics metrics) {
    return ApiKeyAuthenticator.on(pool)
        .hasher(hasher)
        .listenOn(database.settings().dataSource())
        .withoutUsage()
        .meters(metrics.registry())
        .start();
  }

  /**
   * Starts one. A database that is away is no error.
   *
   * @param version of the program, for the page
   * @param host a name or an address of this machine
   * @param port 0: any that is free
   * @param keys how the hashes of API keys are made; empty: no key is asked for, which only a
   *     loopback address may
   * @throws ConfigurationException when the address can't be listened on
   * @throws RefusedException for an open server that others could reach
   */
  public static StatusServer start(
      ServedDatabase database, String version, String host, int port, Optional<KeyHasher> keys) {
    if (port < 0 || port > HIGHEST_PORT) {
      throw new ConfigurationException("port %d is not 0 to 65535".formatted(port), "");
    }
    if (keys.isEmpty() && !isLoopback(host)) {
      throw new RefusedException(
          "without API keys, everybody who can reach %s could read it all".formatted(host),
          "Listen on 127.0.0.1, or ask for keys.",
          null);
    }
    StatusServer server = new StatusServer(database, version, host, port, keys);
    try {
      server.javalin.start();
      return server;
    } catch (JavalinBindException e) {
      server.close();
      throw new ConfigurationException(
          "can't listen on port %d of %s: %s".formatted(port, host, reason(e)),
          "Choose another port, or stop what listens there; the host has to be an address of this"
              + " machine.");
    } catch (JavalinException e) {
      server.close();
      throw new ConfigurationException(
          "can't listen on port %d of %s: %s".formatted(port, host, reason(e)),
          "Name an address of this machine, such as 127.0.0.1 or 0.0.0.0.");
    }
  }

  private static String reason(Throwable e) {
    Throwable last = e;
    for (int i = 0; i < MOST_CAUSES && last.getCause() != null; i++) {
      last = last.getCause();
    }
    return last instanceof UnresolvedAddressException
        ? "there is no such host"
        : String.valueOf(last.getMessage());
  }

  private static boolean isLoopback(String host) {
    try {
      return Arrays.stream(InetAddress.getAllByName(host)).allMatch(InetAddress::isLoopbackAddress);
    } catch (UnknownHostException e) {
      throw new ConfigurationException(
          "%s is no address of this machine".formatted(host),
          "Name one, such as 127.0.0.1 or 0.0.0.0.");
    }
  }

  /** Where it listens. */
  public int port() {
    return javalin.port();
  }

  /** Takes no new requests, lets those under way finish, for 10 seconds at most, and ends. */
  @Override
  public void close() {
    javalin.stop();
    files.close();
    if (authenticator != null) {
      authenticator.close();
    }
    pool.close();
  }
}
