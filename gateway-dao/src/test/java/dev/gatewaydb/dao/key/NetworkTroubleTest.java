package dev.gatewaydb.dao.key;

import static dev.gatewaydb.dao.key.Fixtures.BY;
import static dev.gatewaydb.dao.key.Fixtures.execute;
import static dev.gatewaydb.dao.key.Fixtures.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.gatewaydb.dao.internal.NetworkTimeout;
import dev.gatewaydb.dao.key.Authentication.Denied;
import dev.gatewaydb.dao.key.Authentication.Granted;
import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/** A network that swallows everything or breaks, a server that waits, behind a real pool. */
@ExtendWith(ScratchPostgres.class)
@Timeout(60)
final class NetworkTroubleTest {
  private static final String UNKNOWN = "gw_" + "0123456789abcdef".repeat(4);

  private static DataSource database;
  private static DatabaseSettings settings;

  private final AtomicLong skipped = new AtomicLong();
  private final List<AutoCloseable> started = new ArrayList<>();
  private Relay relay;
  private HikariDataSource pool;
  private ApiKeyStore store;

  @BeforeAll
  static void open(@Migrated ScratchDatabase scratch) {
    database = scratch.dataSource();
    settings = scratch.settings();
  }

  @BeforeEach
  void connect() throws Exception {
    Fixtures.empty(database);
    store = new ApiKeyStore(database, KeyHasher.PLAIN);
    relay = new Relay(settings.hosts().getFirst().host(), settings.hosts().getFirst().port());
    HikariConfig config = new HikariConfig();
    config.setDataSource(throughRelay(""));
    config.setMaximumPoolSize(4);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(500);
    config.setValidationTimeout(250);
    pool = new HikariDataSource(config);
  }

  @AfterEach
  void disconnect() throws Exception {
    relay.hang(false);
    for (AutoCloseable each : started) {
      each.close();
    }
    relay.close();
    pool.close();
  }

  private DataSource throughRelay(String options) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setServerNames(new String[] {"127.0.0.1"});
    source.setPortNumbers(new int[] {relay.port()});
    source.setDatabaseName(settings.database());
    source.setUser(settings.user());
    source.setPassword(settings.jdbcProperties().getProperty("password"));
    source.setOptions(options);
    return source;
  }

  private AuthenticatorOptions options(DataSource source) {
    AuthenticatorOptions options = ApiKeyAuthenticator.on(source).withoutUsage();
    options.nanoTime = () -> System.nanoTime() + skipped.get();
    return options;
  }

  private ApiKeyAuthenticator start(AuthenticatorOptions options) {
    ApiKeyAuthenticator authenticator = options.start();
    started.add(authenticator);
    return authenticator;
  }

  private String createUnlimited() {
    KeyLimits limits =
        KeyLimits.of(Tier.SCALE)
            .withRateLimitPerMinute(Optional.of(100_000_000))
            .withBurst(Optional.of(100_000_000));
    return store
        .create(Fixtures.key(KeySettings.of("n", Permissions.of("rpc")).withLimits(limits)), BY)
        .secret()
        .reveal();
  }

  private void skip(Duration time) {
    skipped.addAndGet(time.toNanos());
  }

  private static String outcome(ApiKeyAuthenticator authenticator, String presented) {
    return switch (authenticator.authenticate(presented, Permission.RPC_READ)) {
      case Granted granted -> "granted";
      case Denied denied -> denied.reason().label();
    };
  }

  private static void switchOffSilently() {
    execute(
        database,
        """
        ALTER TABLE api_keys DISABLE TRIGGER USER;
        UPDATE api_keys SET is_active = false;
        ALTER TABLE api_keys ENABLE TRIGGER USER
        """);
  }

  @Test
  void whileTheNetworkHangsHardlyAnybodyWaits() {
    String secret = createUnlimited();
    ApiKeyAuthenticator authenticator = start(options(pool).withoutListener());
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    relay.hang(true);
    skip(Duration.ofSeconds(3));
    // Each second of waiting of each of them would be far beyond the time-out of the test.
    for (int i = 0; i < 1_000; i++) {
      assertThat(outcome(authenticator, secret)).isEqualTo("granted");
      assertThat(outcome(authenticator, UNKNOWN)).isEqualTo("unavailable");
    }
    skip(Duration.ofSeconds(30));
    for (int i = 0; i < 1_000; i++) {
      assertThat(outcome(authenticator, secret)).isEqualTo("unavailable");
    }
    switchOffSilently();
    relay.hang(false);
    await().until(() -> outcome(authenticator, secret).equals("inactive"));
    await().until(() -> outcome(authenticator, UNKNOWN).equals("unknown"));
  }

  @Test
  void aHangDoesNotHoldUpManyAtOnce() throws Exception {
    String secret = createUnlimited();
    ApiKeyAuthenticator authenticator = start(options(pool).withoutListener());
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    relay.hang(true);
    skip(Duration.ofSeconds(3));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> granted = new ArrayList<>();
      for (int t = 0; t < 50; t++) {
        granted.add(
            threads.submit(
                () -> {
                  int mine = 0;
                  for (int i = 0; i < 200; i++) {
                    mine += outcome(authenticator, secret).equals("granted") ? 1 : 0;
                  }
                  return mine;
                }));
      }
      for (Future<Integer> each : granted) {
        assertThat(each.get()).isEqualTo(200);
      }
    }
  }

  @Test
  void aConnectionThatNeverComesIsNotWaitedForForever() throws Exception {
    String secret = createUnlimited();
    DataSource patient = throughRelay("");
    ApiKeyAuthenticator authenticator = start(options(patient).withoutListener());
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    relay.hang(true);
    skip(Duration.ofSeconds(3));
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    relay.hang(false);
    switchOffSilently();
    // The first connection is still waited for, as what it was sent is lost.
    skip(Duration.ofSeconds(6));
    assertThat(outcome(authenticator, secret)).isEqualTo("inactive");
  }

  @Test
  void aListenerThatHangsIsNotTrustedAndComesBack() {
    String secret = createUnlimited();
    ApiKeyAuthenticator authenticator = start(options(database).listenOn(throughRelay("")));
    await().until(authenticator::isListening);
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    relay.hang(true);
    execute(database, "UPDATE api_keys SET is_active = false");
    // Nobody has said a word, and the answers to its questions are missing.
    await().until(() -> outcome(authenticator, secret).equals("inactive"));
    await().until(() -> !authenticator.isListening());
    relay.hang(false);
    await().until(authenticator::isListening);
    execute(database, "UPDATE api_keys SET is_active = true");
    await().until(() -> outcome(authenticator, secret).equals("granted"));
  }

  @Test
  void comesBackAfterARestart() {
    String secret = createUnlimited();
    ApiKeyAuthenticator authenticator = start(options(pool));
    await().until(authenticator::isListening);
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    relay.refuse(true);
    await().until(() -> !authenticator.isListening());
    skip(Duration.ofSeconds(10));
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    skip(Duration.ofSeconds(21));
    assertThat(outcome(authenticator, secret)).isEqualTo("unavailable");
    switchOffSilently();
    relay.refuse(false);
    await().until(() -> outcome(authenticator, secret).equals("inactive"));
    await().until(authenticator::isListening);
  }

  /** Such as while a migration holds it. */
  @Test
  void aLockedTableIsATimeOutOfTheServer() throws Exception {
    String secret = createUnlimited();
    String other = createUnlimited();
    ApiKeyAuthenticator authenticator =
        start(options(throughRelay("-c statement_timeout=200ms")).withoutListener());
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("LOCK TABLE api_keys IN ACCESS EXCLUSIVE MODE");
      assertThat(outcome(authenticator, other)).isEqualTo("unavailable");
      skip(Duration.ofSeconds(10));
      assertThat(outcome(authenticator, secret)).isEqualTo("granted");
      skip(Duration.ofSeconds(21));
      assertThat(outcome(authenticator, secret)).isEqualTo("unavailable");
      connection.rollback();
    }
    skip(Duration.ofSeconds(1));
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    await().until(() -> outcome(authenticator, other).equals("granted"));
  }

  /** Otherwise the next one to get it would be sent notifications until they fill its memory. */
  @Test
  void aListenersConnectionGoesBackToThePoolDeaf() throws Exception {
    pool.setMaximumPoolSize(1);
    try (ApiKeyAuthenticator authenticator = options(pool).start()) {
      await().until(authenticator::isListening);
    }
    try (Connection connection = pool.getConnection();
        Statement statement = connection.createStatement()) {
      assertThat(connection.getNetworkTimeout()).isZero();
      statement.execute("SELECT pg_notify('gateway_api_keys', 'x')");
      PGConnection postgres = connection.unwrap(PGConnection.class);
      assertThat(postgres.getNotifications()).isEmpty();
    }
  }

  @Test
  void closingDuringUseIsNoErrorAndKeepsEveryCount() throws Exception {
    String secret = createUnlimited();
    ApiKeyAuthenticator authenticator = start(ApiKeyAuthenticator.on(pool));
    await().until(authenticator::isListening);
    int before = 500;
    for (int i = 0; i < before; i++) {
      assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> users = new ArrayList<>();
      for (int t = 0; t < 8; t++) {
        users.add(
            threads.submit(
                () -> {
                  for (int i = 0; i < 500; i++) {
                    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
                  }
                }));
      }
      authenticator.close();
      for (Future<?> each : users) {
        each.get();
      }
    }
    assertThat(
            Long.parseLong(rows(database, "SELECT sum(request_count) FROM api_key_usage").get(0)))
        .isBetween((long) before, (long) before + 8 * 500);
    authenticator.close();
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
  }

  @Test
  void aConnectionIsGivenUpThatSaysNothing() throws Exception {
    try (Connection connection = throughRelay("").getConnection();
        Statement statement = connection.createStatement()) {
      NetworkTimeout.within(
          Duration.ofMillis(300), connection, mine -> statement.execute("SELECT 1"));
      assertThat(connection.getNetworkTimeout()).isZero();
      relay.hang(true);
      assertThatThrownBy(
              () ->
                  NetworkTimeout.within(
                      Duration.ofMillis(300), connection, mine -> statement.execute("SELECT 1")))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("I/O");
      assertThat(connection.isClosed()).isTrue();
    }
  }
}
