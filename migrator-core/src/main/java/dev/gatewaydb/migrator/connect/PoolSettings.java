package dev.gatewaydb.migrator.connect;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The limits of a connection pool, named as in Go's {@code database/sql}.
 *
 * @param maxOpen connections at most, 1 to 10,000; {@code DB_MAX_OPEN_CONNS}, default 25
 * @param maxIdle unused connections kept open for longer than {@code maxIdleTime}, 0 to {@code
 *     maxOpen}; {@code DB_MAX_IDLE_CONNS}, default 5, or {@code maxOpen} if that is less
 * @param maxLifetime age at which a connection is replaced, 30 seconds to 365 days; {@code
 *     DB_CONN_MAX_LIFETIME}, default 30 minutes
 * @param maxIdleTime how long further connections stay open unused, 10 seconds to 365 days; {@code
 *     DB_CONN_MAX_IDLE_TIME}, default 10 minutes; at or above {@code maxLifetime} it has no effect
 */
public record PoolSettings(int maxOpen, int maxIdle, Duration maxLifetime, Duration maxIdleTime) {
  static final int MAX_CONNECTIONS = 10_000;
  static final Duration LEAST_LIFETIME = Duration.ofSeconds(30);
  static final Duration LEAST_IDLE_TIME = Duration.ofSeconds(10);
  static final Duration LONGEST = Duration.ofDays(365);

  /** The defaults. */
  public static final PoolSettings DEFAULT =
      new PoolSettings(25, 5, Duration.ofMinutes(30), Duration.ofMinutes(10));

  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException outside of them
   */
  public PoolSettings {
    if (maxOpen < 1
        || maxOpen > MAX_CONNECTIONS
        || maxIdle < 0
        || maxIdle > maxOpen
        || isOutside(maxLifetime, LEAST_LIFETIME)
        || isOutside(maxIdleTime, LEAST_IDLE_TIME)) {
      throw new IllegalArgumentException("a pool limit is out of range");
    }
  }

  static boolean isOutside(Duration duration, Duration least) {
    return duration.compareTo(least) < 0 || duration.compareTo(LONGEST) > 0;
  }

  /**
   * The limits that the variables set.
   *
   * @throws dev.gatewaydb.migrator.error.ConfigurationException with everything that is wrong
   */
  public static PoolSettings fromEnvironment(Map<String, String> variables) {
    Faults faults = new Faults(List.of());
    PoolSettings settings = PoolReader.read(Environment.of(variables), faults);
    faults.throwIfAny();
    return settings;
  }

  /**
   * A pool with these limits; the caller closes it. HikariCP's terms: {@code maxOpen} is its {@code
   * maximumPoolSize}, {@code maxIdle} its {@code minimumIdle} (so that many are also opened ahead
   * of need), {@code maxIdleTime} its {@code idleTimeout}, {@code maxLifetime} its own.
   *
   * @throws dev.gatewaydb.migrator.error.UnreachableException when the first connection fails
   */
  public HikariDataSource dataSource(DatabaseSettings database) {
    HikariConfig config = config(database);
    try {
      return new HikariDataSource(config);
    } catch (PoolInitializationException e) {
      throw ConnectFailure.of(
          e.getCause() instanceof SQLException cause ? cause : new SQLException(e), database);
    }
  }

  /**
   * As {@link #dataSource}, but opened when first asked for a connection: a database that is away
   * is no error here.
   *
   * @param patience how long to wait for a connection, at least 250 ms
   */
  public HikariDataSource dataSourceOnDemand(DatabaseSettings database, Duration patience) {
    HikariConfig config = config(database);
    config.setInitializationFailTimeout(-1);
    config.setConnectionTimeout(patience.toMillis());
    return new HikariDataSource(config);
  }

  private HikariConfig config(DatabaseSettings database) {
    HikariConfig config = new HikariConfig();
    config.setPoolName("gwdb-" + database.database());
    // A data source of ours, not URL and password: HikariCP prints its configuration at DEBUG.
    config.setDataSource(database.dataSource());
    config.setMaximumPoolSize(maxOpen);
    config.setMinimumIdle(maxIdle);
    config.setMaxLifetime(maxLifetime.toMillis());
    config.setIdleTimeout(idleTimeoutMillis());
    return config;
  }

  /** 0, HikariCP's "never", where it would complain that another limit comes first. */
  private long idleTimeoutMillis() {
    boolean neverReached =
        maxIdle == maxOpen || maxIdleTime.plusSeconds(1).compareTo(maxLifetime) > 0;
    return neverReached ? 0 : maxIdleTime.toMillis();
  }
}
