package dev.gatewaydb.sync.server;

import com.zaxxer.hikari.HikariDataSource;
import dev.gatewaydb.migrator.MigrationListener;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.check.Snapshots;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.connect.PgBouncer;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.UnreachableException;
import dev.gatewaydb.migrator.operate.health.HealthCheck;
import dev.gatewaydb.migrator.operate.health.HealthReport;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the database when somebody asks, each thing by at most one connection at a time. */
final class DatabaseWatch {
  /** Within it, all who ask get the same answer. */
  static final Duration FRESH = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(DatabaseWatch.class);
  static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration SOON = Duration.ofMillis(20);
  private static final Duration OLDEST_FIGURES = Duration.ofMinutes(1);
  private static final String READ_ONLY =
      "SET default_transaction_read_only = on; SET statement_timeout = '5s';"
          + " SET lock_timeout = '500ms'";

  /** A little more than a statement of the health check may take. */
  private static final int NETWORK_TIMEOUT_MILLIS = 6_000;

  /** A failed look. */
  record Failure(Instant since, String message, String nextStep) {}

  private final ServedDatabase database;
  private final HikariDataSource pool;
  private final Shared<DatabaseState> states = new Shared<>("gwdb-state", this::readState);
  private final Shared<SchemaMark> marks = new Shared<>("gwdb-mark", this::readMark);
  private final Shared<HealthReport> healths = new Shared<>("gwdb-health", this::readHealth);
  private volatile @Nullable HealthReport figures;
  private volatile @Nullable DatabaseState known;
  private volatile @Nullable Failure failure;

  DatabaseWatch(ServedDatabase database, HikariDataSource pool) {
    this.database = database;
    this.pool = pool;
  }

  /**
   * The state, read within the last second.
   *
   * @throws GatewayDbException when it can't be read, or not within 3 seconds
   */
  DatabaseState state() {
    return await(states.since(System.nanoTime() - FRESH.toNanos()), PATIENCE);
  }

  /**
   * The schema's mark at a moment after this call.
   *
   * @throws GatewayDbException when it can't be read, or not within 3 seconds
   */
  SchemaMark mark() {
    return await(marks.since(System.nanoTime()), PATIENCE);
  }

  /** The last state that could be read. */
  Optional<DatabaseState> known() {
    return Optional.ofNullable(known);
  }

  /** Why the last look failed; empty when it didn't. */
  Optional<Failure> failure() {
    return Optional.ofNullable(failure);
  }

  /** Begins to measure, unless that was done within the last second. */
  CompletableFuture<HealthReport> measure() {
    return healths.since(System.nanoTime() - FRESH.toNanos());
  }

  /**
   * What is being measured; or what was measured within the last minute, if that takes long.
   *
   * @param begun of {@link #measure}
   * @return empty when nothing is known, or only something older
   */
  Optional<HealthReport> health(CompletableFuture<HealthReport> begun) {
    Optional<HealthReport> last =
        measured().filter(report -> report.at().isAfter(Instant.now().minus(OLDEST_FIGURES)));
    try {
      return Optional.of(await(begun, last.isPresent() ? SOON : PATIENCE));
    } catch (GatewayDbException e) {
      return last;
    }
  }

  /** The last figures that could be read, however old. */
  Optional<HealthReport> measured() {
    return Optional.ofNullable(figures);
  }

  private DatabaseState readState() throws SQLException {
    var options = database.initSql().history();
    try (OneConnectionDataSource one = open();
        Connection connection = one.getConnection()) {
      if (!PgBouncer.isBetween(connection)) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(READ_ONLY);
        }
      }
      DatabaseState state =
          new DatabaseState(
              Instant.now(),
              new Migrator(one, database.migrations(), options, MigrationListener.SILENT).status(),
              SchemaMark.read(connection, options));
      known = state;
      succeeded();
      return state;
    } catch (GatewayDbException e) {
      failed(e);
      throw e;
    } catch (SQLException e) {
      FailedException broken =
          new FailedException("the connection broke: " + e.getMessage(), "", e);
      failed(broken);
      throw broken;
    }
  }

  private HealthReport readHealth() throws SQLException {
    try (OneConnectionDataSource one = open()) {
      HealthReport report = new HealthCheck(one, database.thresholds()).run();
      figures = report;
      return report;
    }
  }

  private OneConnectionDataSource open() {
    return OneConnectionDataSource.open(
        database.settings().dataSource(),
        connection -> {
          connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
          return connection;
        });
  }

  private void succeeded() {
    Failure before = failure;
    failure = null;
    if (before != null) {
      LOG.warn("the database answers again; it didn't since {}", before.since());
    }
  }

  private void failed(GatewayDbException e) {
    Failure before = failure;
    Instant since = before == null ? Instant.now() : before.since();
    failure = new Failure(since, String.valueOf(e.getMessage()), e.nextStep());
    if (before == null) {
      LOG.warn("the database can't be looked at: {}", e.getMessage());
    }
  }

  private SchemaMark readMark() {
    try (Connection connection = pool.getConnection()) {
      int usual = connection.getNetworkTimeout();
      connection.setNetworkTimeout(Runnable::run, NETWORK_TIMEOUT_MILLIS);
      connection.setReadOnly(true);
      connection.setAutoCommit(false);
      try {
        return SchemaMark.read(connection, database.initSql().history());
      } finally {
        connection.rollback();
        connection.setNetworkTimeout(Runnable::run, usual);
      }
    } catch (SQLException e) {
      throw failure().isPresent() || e instanceof SQLTransientConnectionException
          ? new UnreachableException("the database does not answer", "", e)
          : Snapshots.failed(e);
    }
  }

  /**
   * Waits for what is under way.
   *
   * @throws GatewayDbException when it failed with one, or takes longer
   */
  static <T> T await(CompletableFuture<T> result, Duration patience) {
    try {
      return result.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GatewayDbException known) {
        throw known;
      }
      throw new FailedException("this was not foreseen: " + e.getCause(), "", e);
    } catch (TimeoutException e) {
      throw new UnreachableException(
          "no answer within %d seconds".formatted(patience.toSeconds()), "Try again.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnreachableException("the server stops", "", e);
    }
  }
}
