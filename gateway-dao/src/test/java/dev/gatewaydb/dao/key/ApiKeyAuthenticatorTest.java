package dev.gatewaydb.dao.key;

import static dev.gatewaydb.dao.key.Fixtures.BY;
import static dev.gatewaydb.dao.key.Fixtures.execute;
import static dev.gatewaydb.dao.key.Fixtures.key;
import static dev.gatewaydb.dao.key.Fixtures.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.dao.key.Authentication.Denied;
import dev.gatewaydb.dao.key.Authentication.Granted;
import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ScratchPostgres.class)
final class ApiKeyAuthenticatorTest {
  private static final String OLD_KEY = "gw_" + "0123456789abcdef".repeat(4);

  private static DataSource database;

  private final List<ApiKeyAuthenticator> started = new ArrayList<>();
  private final AtomicLong skipped = new AtomicLong();
  private WatchedDataSource watched;
  private ApiKeyStore store;

  @BeforeAll
  static void open(@Migrated ScratchDatabase scratch) {
    database = scratch.dataSource();
  }

  @BeforeEach
  void empty() {
    Fixtures.empty(database);
    watched = new WatchedDataSource(database);
    store = new ApiKeyStore(database, KeyHasher.PLAIN);
  }

  @AfterEach
  void close() {
    started.forEach(ApiKeyAuthenticator::close);
  }

  private AuthenticatorOptions options() {
    AuthenticatorOptions options = ApiKeyAuthenticator.on(watched.dataSource()).withoutUsage();
    options.nanoTime = () -> System.nanoTime() + skipped.get();
    return options.listenOn(database);
  }

  /** Without a listener, and for which no time passes but what the test skips. */
  private AuthenticatorOptions deaf() {
    AuthenticatorOptions options = options().withoutListener();
    options.nanoTime = skipped::get;
    return options;
  }

  private ApiKeyAuthenticator start(AuthenticatorOptions options) {
    ApiKeyAuthenticator authenticator = options.start();
    started.add(authenticator);
    return authenticator;
  }

  private ApiKeyAuthenticator listening() {
    ApiKeyAuthenticator authenticator = start(options());
    await().until(authenticator::isListening);
    return authenticator;
  }

  private void skip(Duration time) {
    skipped.addAndGet(time.toNanos());
  }

  private static String outcome(ApiKeyAuthenticator authenticator, String presented) {
    return outcome(authenticator, presented, Permission.RPC_READ);
  }

  private static String outcome(
      ApiKeyAuthenticator authenticator, String presented, Permission needed) {
    return switch (authenticator.authenticate(presented, needed)) {
      case Granted granted -> "granted";
      case Denied denied -> denied.reason().label();
    };
  }

  private static NewKey unlimited() {
    KeyLimits limits =
        KeyLimits.of(Tier.SCALE)
            .withRateLimitPerMinute(Optional.of(100_000_000))
            .withBurst(Optional.of(100_000_000))
            .withMonthlyQuota(Optional.of(Long.MAX_VALUE));
    return key(KeySettings.of("n", Permissions.of("rpc")).withLimits(limits));
  }

  @Test
  void grantsWhatTheKeyAllows() {
    IssuedKey issued = store.create(key("n", "rpc_read", "logs:*:read"), BY);
    String secret = issued.secret().reveal();
    ApiKeyAuthenticator authenticator = listening();
    for (int i = 0; i < 3; i++) {
      assertThat(authenticator.authenticate(secret, Permission.RPC_READ))
          .isEqualTo(new Granted(issued.key()));
      assertThat(outcome(authenticator, secret, Permission.of("logs:eth:read")))
          .isEqualTo("granted");
      assertThat(outcome(authenticator, secret, Permission.RPC_WRITE)).isEqualTo("forbidden");
      assertThat(outcome(authenticator, secret, Permission.ADMIN)).isEqualTo("forbidden");
    }
    assertThat(watched.connections()).isEqualTo(1);
  }

  @Test
  void saysTheSameOfEverythingThatIsWrongWithAKey() {
    IssuedKey revoked = store.create(key("n", "rpc"), BY);
    store.revoke(revoked.key().id(), BY);
    IssuedKey off = store.create(key("n", "rpc"), BY);
    IssuedKey expired = store.create(key("n", "rpc"), BY);
    execute(
        database,
        """
        UPDATE api_keys SET is_active = false WHERE id = '%s';
        UPDATE api_keys SET expires_at = now() WHERE id = '%s'
        """
            .formatted(off.key().id(), expired.key().id()));
    ApiKeyAuthenticator authenticator = listening();
    for (String presented :
        new String[] {
          null,
          "nonsense",
          OLD_KEY,
          revoked.secret().reveal(),
          off.secret().reveal(),
          expired.secret().reveal()
        }) {
      Denied denied = (Denied) authenticator.authenticate(presented, Permission.RPC_READ);
      assertThat(denied.httpStatus()).isEqualTo(401);
      assertThat(denied.message()).isEqualTo("invalid API key");
      assertThat(denied.retryAfter()).isZero();
    }
    assertThat(outcome(authenticator, revoked.secret().reveal())).isEqualTo("revoked");
    assertThat(outcome(authenticator, off.secret().reveal())).isEqualTo("inactive");
    assertThat(outcome(authenticator, expired.secret().reveal())).isEqualTo("expired");
    assertThat(outcome(authenticator, OLD_KEY)).isEqualTo("unknown");
    assertThat(((Denied) authenticator.authenticate(null, Permission.RPC)).reason())
        .isEqualTo(DenialReason.MALFORMED);
  }

  @Test
  void oldKeysGoOnWorkingByTheirMigratedHash() {
    execute(
        database,
        """
        INSERT INTO api_keys (user_id, address, name, key_hash, key_prefix, last_four, permissions)
        VALUES (gen_random_uuid(), decode(repeat('ab', 20), 'hex'), 'old',
                sha256(convert_to('%s', 'UTF8')), 'gw_0123', 'cdef', '["rpc", 7, null, ["admin"]]')
        """
            .formatted(OLD_KEY));
    ApiKeyAuthenticator authenticator = listening();
    assertThat(outcome(authenticator, OLD_KEY, Permission.RPC)).isEqualTo("granted");
    assertThat(outcome(authenticator, OLD_KEY, Permission.ADMIN)).isEqualTo("forbidden");
  }

  @Test
  void everyInstanceHearsOfARevocation() {
    String secret = store.create(key("n", "rpc"), BY).secret().reveal();
    List<ApiKeyAuthenticator> instances = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      instances.add(listening());
    }
    assertThat(instances).allMatch(each -> outcome(each, secret).equals("granted"));
    store.revoke(store.list(KeyFilter.ALL, Optional.empty(), 1).keys().get(0).id(), BY);
    await()
        .untilAsserted(
            () -> assertThat(instances).allMatch(each -> outcome(each, secret).equals("revoked")));
  }

  @Test
  void hearsOfEveryKindOfChange() {
    IssuedKey issued = store.create(key("n", "rpc"), BY);
    String secret = issued.secret().reveal();
    ApiKeyAuthenticator authenticator = listening();
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    ApiKey key =
        store.update(
            issued.key(), issued.key().settings().withPermissions(Permissions.of("rpc_write")), BY);
    await().until(() -> outcome(authenticator, secret).equals("forbidden"));
    IssuedKey rotated = store.rotate(key, Duration.ZERO, BY);
    await().until(() -> outcome(authenticator, secret).equals("unknown"));
    String next = rotated.secret().reveal();
    assertThat(outcome(authenticator, next, Permission.RPC_WRITE)).isEqualTo("granted");
    execute(database, "TRUNCATE api_keys CASCADE");
    await().until(() -> outcome(authenticator, next, Permission.RPC_WRITE).equals("unknown"));
  }

  @Test
  void whatWasUnknownWorksAsSoonAsItIsThere() {
    IssuedKey issued = store.create(key("n", "rpc"), BY);
    execute(database, "CREATE TABLE aside AS TABLE api_keys; DELETE FROM api_keys");
    ApiKeyAuthenticator authenticator = listening();
    String secret = issued.secret().reveal();
    assertThat(outcome(authenticator, secret)).isEqualTo("unknown");
    int before = watched.connections();
    assertThat(outcome(authenticator, secret)).isEqualTo("unknown");
    assertThat(watched.connections()).isEqualTo(before);
    execute(database, "INSERT INTO api_keys SELECT * FROM aside; DROP TABLE aside");
    await().until(() -> outcome(authenticator, secret).equals("granted"));
  }

  @Test
  void bothValuesWorkDuringTheOverlap() {
    IssuedKey first = store.create(key("n", "rpc"), BY);
    ApiKeyAuthenticator authenticator = listening();
    String old = first.secret().reveal();
    assertThat(outcome(authenticator, old)).isEqualTo("granted");
    IssuedKey second = store.rotate(first.key(), Duration.ofHours(1), BY);
    assertThat(outcome(authenticator, second.secret().reveal())).isEqualTo("granted");
    assertThat(outcome(authenticator, old)).isEqualTo("granted");
    store.revokePrevious(first.key().id(), BY);
    await().until(() -> outcome(authenticator, old).equals("unknown"));
    assertThat(outcome(authenticator, second.secret().reveal())).isEqualTo("granted");
  }

  @Test
  void theOverlapEndsByItself() {
    IssuedKey first = store.create(key("n", "rpc"), BY);
    ApiKeyAuthenticator authenticator = listening();
    store.rotate(first.key(), Duration.ofSeconds(1), BY);
    await().until(() -> outcome(authenticator, first.secret().reveal()).equals("granted"));
    await().until(() -> outcome(authenticator, first.secret().reveal()).equals("expired"));
  }

  /** Never granted after the end, never refused before it, by the database's clock. */
  @Test
  void endsToTheMillisecondByTheDatabasesClock() {
    for (String column : List.of("expires_at", "revoked_at")) {
      String secret = store.create(unlimited(), BY).secret().reveal();
      execute(
          database,
          "UPDATE api_keys SET %s = clock_timestamp() + interval '700 ms' WHERE %s IS NULL"
              .formatted(column, column));
      Instant end =
          Instant.parse(
              rows(
                      database,
                      "SELECT to_char(max(%s) AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"') FROM api_keys"
                          .formatted(column))
                  .get(0));
      ApiKeyAuthenticator authenticator = listening();
      int grants = 0;
      while (true) {
        Instant before = store.now();
        String outcome = outcome(authenticator, secret);
        if (!outcome.equals("granted")) {
          assertThat(outcome).isEqualTo(column.equals("expires_at") ? "expired" : "revoked");
          assertThat(store.now()).isAfterOrEqualTo(end);
          break;
        }
        assertThat(before).isBefore(end);
        grants++;
      }
      assertThat(grants).isPositive();
      execute(database, "DELETE FROM api_keys");
    }
  }

  @Test
  void withoutAListenerKeysAreConfirmedEveryTwoSeconds() {
    IssuedKey issued = store.create(key("n", "rpc"), BY);
    String secret = issued.secret().reveal();
    ApiKeyAuthenticator authenticator = start(deaf());
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    assertThat(outcome(authenticator, OLD_KEY)).isEqualTo("unknown");
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    int before = watched.connections();
    store.revoke(issued.key().id(), BY);
    skip(Duration.ofMillis(2001));
    assertThat(outcome(authenticator, secret)).isEqualTo("revoked");
    assertThat(outcome(authenticator, OLD_KEY)).isEqualTo("unknown");
    assertThat(watched.connections()).isEqualTo(before + 2);
  }

  @Test
  void failsClosedAfter30SecondsWithoutTheDatabase() {
    String secret = store.create(key("n", "rpc"), BY).secret().reveal();
    String other = store.create(key("m", "rpc"), BY).secret().reveal();
    ApiKeyAuthenticator authenticator = start(deaf());
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    watched.away(true);
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    assertThat(outcome(authenticator, other)).isEqualTo("unavailable");
    skip(Duration.ofSeconds(20));
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    skip(Duration.ofSeconds(11));
    Denied denied = (Denied) authenticator.authenticate(secret, Permission.RPC_READ);
    assertThat(denied.reason()).isEqualTo(DenialReason.UNAVAILABLE);
    assertThat(denied.httpStatus()).isEqualTo(503);
    assertThat(denied.retryAfter()).isPositive();
    watched.away(false);
    skip(Duration.ofSeconds(1));
    await().until(() -> outcome(authenticator, secret).equals("granted"));
    await().until(() -> outcome(authenticator, other).equals("granted"));
  }

  @Test
  void whileTheDatabaseIsAwayItIsAskedTwiceASecondAtMost() {
    String secret = store.create(key("n", "rpc"), BY).secret().reveal();
    ApiKeyAuthenticator authenticator = start(deaf());
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    watched.away(true);
    skip(Duration.ofSeconds(3));
    for (int halfSecond = 0; halfSecond < 4; halfSecond++) {
      int before = watched.connections();
      for (int i = 0; i < 100; i++) {
        outcome(authenticator, secret);
        outcome(authenticator, OLD_KEY);
      }
      assertThat(watched.connections() - before).isEqualTo(1);
      skip(Duration.ofMillis(501));
    }
  }

  @Test
  void aKilledListenerComesBackAndMissesNothing() {
    IssuedKey issued = store.create(key("n", "rpc"), BY);
    String secret = issued.secret().reveal();
    ApiKeyAuthenticator authenticator = listening();
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    int before = watched.connections();
    // Changed without a word, as if the notification had come while nobody listened.
    execute(
        database,
        """
        ALTER TABLE api_keys DISABLE TRIGGER USER;
        UPDATE api_keys SET is_active = false;
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
         WHERE datname = current_database() AND pid <> pg_backend_pid()
        """);
    await().until(() -> outcome(authenticator, secret).equals("inactive"));
    assertThat(watched.connections()).isGreaterThan(before);
    await().until(authenticator::isListening);
    execute(
        database, "ALTER TABLE api_keys ENABLE TRIGGER USER; UPDATE api_keys SET is_active = true");
    await().until(() -> outcome(authenticator, secret).equals("granted"));
  }

  @Test
  void aListenerThatIsRefusedIsNoReasonToTrustTheCache() {
    WatchedDataSource listener = new WatchedDataSource(database);
    listener.away(true);
    IssuedKey issued = store.create(key("n", "rpc"), BY);
    ApiKeyAuthenticator authenticator = start(options().listenOn(listener.dataSource()));
    String secret = issued.secret().reveal();
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    assertThat(authenticator.isListening()).isFalse();
    store.revoke(issued.key().id(), BY);
    skip(Duration.ofMillis(2001));
    await().until(() -> outcome(authenticator, secret).equals("revoked"));
    listener.away(false);
    await().until(authenticator::isListening);
  }

  /** A pooler answers log-in itself, and the process id that it gives is not the server's. */
  @Test
  void aPoolerInBetweenIsNotTrusted() {
    IssuedKey issued = store.create(key("n", "rpc"), BY);
    WatchedDataSource pooled = new WatchedDataSource(database).withBackendPid(-1);
    ApiKeyAuthenticator authenticator = start(options().listenOn(pooled.dataSource()));
    await().until(() -> pooled.connections() > 0);
    String secret = issued.secret().reveal();
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    store.revoke(issued.key().id(), BY);
    skip(Duration.ofMillis(2001));
    await().until(() -> outcome(authenticator, secret).equals("revoked"));
    assertThat(authenticator.isListening()).isFalse();
    assertThat(pooled.statements()).noneMatch(sql -> sql.startsWith("LISTEN"));
  }

  @Test
  void usersThatAreSwitchedOffOrGoneTakeTheirKeysWithThem() {
    Fixtures.createUserTable(database);
    String secret = store.create(key("n", "rpc"), BY).secret().reveal();
    ApiKeyAuthenticator authenticator = listening();
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    execute(database, "UPDATE \"user\" SET is_active = false");
    await().until(() -> outcome(authenticator, secret).equals("inactive"));
    execute(database, "UPDATE \"user\" SET is_active = true");
    await().until(() -> outcome(authenticator, secret).equals("granted"));
    execute(database, "DELETE FROM \"user\"");
    await().until(() -> outcome(authenticator, secret).equals("inactive"));
  }

  @Test
  void survivesATableOfUsersThatChanges() {
    Fixtures.createUserTable(database);
    String secret = store.create(key("n", "rpc"), BY).secret().reveal();
    ApiKeyAuthenticator authenticator = start(deaf());
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    execute(database, "ALTER TABLE \"user\" DROP COLUMN is_active");
    skip(Duration.ofSeconds(3));
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    execute(database, "DROP TABLE \"user\"");
    skip(Duration.ofSeconds(3));
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
  }

  @Test
  void keysMoveToTheNewPepperWhenTheyAreUsed() {
    String first = "ab".repeat(32);
    String second = "cd".repeat(32);
    IssuedKey issued = store.create(key("n", "rpc"), BY);
    String secret = issued.secret().reveal();
    for (String setting : List.of(first, second + "," + first, second)) {
      KeyHasher hasher = KeyHasher.fromSetting(setting);
      ApiKeyAuthenticator authenticator = start(options().hasher(hasher));
      assertThat(outcome(authenticator, secret)).isEqualTo("granted");
      ApiKey key = store.find(issued.key().id()).orElseThrow();
      assertThat(key.pepperId()).isEqualTo(hasher.currentPepperId());
      assertThat(key.times().updated()).isEqualTo(issued.key().times().updated());
      assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    }
    ApiKeyAuthenticator forgotten = start(options().hasher(KeyHasher.fromSetting(first)));
    assertThat(outcome(forgotten, secret)).isEqualTo("unknown");
  }

  /** Whoever holds the row may hold it for long, such as a person in a psql session. */
  @Test
  @Timeout(60)
  void aLockedKeyIsDecidedAboutAndMovesLater() throws Exception {
    IssuedKey issued = store.create(key("n", "rpc"), BY);
    String secret = issued.secret().reveal();
    KeyHasher hasher = KeyHasher.fromSetting("ab".repeat(32));
    ApiKeyAuthenticator authenticator = start(deaf().hasher(hasher));
    try (Connection connection = database.getConnection();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("SELECT FROM api_keys FOR UPDATE");
      assertThat(outcome(authenticator, secret)).isEqualTo("granted");
      connection.rollback();
    }
    assertThat(store.find(issued.key().id()).orElseThrow().pepperId()).isEmpty();
    skip(Duration.ofSeconds(3));
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    assertThat(store.find(issued.key().id()).orElseThrow().pepperId())
        .isEqualTo(hasher.currentPepperId());
  }

  @Test
  void aRoleThatMayNotMoveKeysMayCheckThem() {
    IssuedKey issued = store.create(key("n", "rpc"), BY);
    KeyHasher hasher = KeyHasher.fromSetting("ab".repeat(32));
    WatchedDataSource readOnly =
        new WatchedDataSource(database).with("SET default_transaction_read_only = on");
    ApiKeyAuthenticator authenticator =
        start(ApiKeyAuthenticator.on(readOnly.dataSource()).withoutUsage().hasher(hasher));
    assertThat(outcome(authenticator, issued.secret().reveal())).isEqualTo("granted");
    assertThat(store.find(issued.key().id()).orElseThrow().pepperId()).isEmpty();
  }

  /** A standby may lag behind what was heard of from the primary. */
  @Test
  void whatAStandbySaysIsConfirmedThoughTheListenerHears() {
    execute(
        database,
        """
        CREATE SCHEMA IF NOT EXISTS standby;
        CREATE OR REPLACE FUNCTION standby.pg_is_in_recovery() RETURNS boolean
        LANGUAGE sql AS 'SELECT true'
        """);
    WatchedDataSource standby =
        new WatchedDataSource(database).with("SET search_path = standby, pg_catalog, public");
    String secret = store.create(key("n", "rpc"), BY).secret().reveal();
    AuthenticatorOptions options =
        ApiKeyAuthenticator.on(standby.dataSource()).withoutUsage().listenOn(database);
    options.nanoTime = () -> System.nanoTime() + skipped.get();
    ApiKeyAuthenticator authenticator = start(options);
    await().until(authenticator::isListening);
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    assertThat(outcome(authenticator, OLD_KEY)).isEqualTo("unknown");
    // Nothing is heard of these any more: it was while the standby had the older rows.
    execute(
        database,
        """
        ALTER TABLE api_keys DISABLE TRIGGER USER;
        UPDATE api_keys SET is_active = false;
        INSERT INTO api_keys (user_id, address, name, key_hash, key_prefix, last_four, permissions)
        VALUES (gen_random_uuid(), decode(repeat('ab', 20), 'hex'), 'old',
                sha256(convert_to('%s', 'UTF8')), 'gw_0123', 'cdef', '["rpc"]')
        """
            .formatted(OLD_KEY));
    skip(Duration.ofMillis(2001));
    assertThat(outcome(authenticator, secret)).isEqualTo("inactive");
    assertThat(outcome(authenticator, OLD_KEY)).isEqualTo("granted");
  }

  @Test
  void aStandbyIsNotListenedOn() {
    execute(
        database,
        """
        CREATE SCHEMA IF NOT EXISTS standby;
        CREATE OR REPLACE FUNCTION standby.pg_is_in_recovery() RETURNS boolean
        LANGUAGE sql AS 'SELECT true'
        """);
    WatchedDataSource standby =
        new WatchedDataSource(database).with("SET search_path = standby, pg_catalog, public");
    ApiKeyAuthenticator authenticator = start(options().listenOn(standby.dataSource()));
    await().until(() -> standby.connections() > 1);
    assertThat(authenticator.isListening()).isFalse();
    assertThat(standby.statements()).noneMatch(sql -> sql.startsWith("LISTEN"));
    // As if it were promoted.
    execute(database, "DROP SCHEMA standby CASCADE");
    await().until(authenticator::isListening);
  }

  @Test
  void whatOthersSayOnTheChannelDoesNoHarm() {
    String secret = store.create(key("n", "rpc"), BY).secret().reveal();
    WatchedDataSource listener = new WatchedDataSource(database);
    ApiKeyAuthenticator authenticator = start(options().listenOn(listener.dataSource()));
    await().until(authenticator::isListening);
    assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    int before = watched.connections();
    for (String payload :
        List.of(
            "", "x", "{\"op\":\"UPDATE\",\"id\":\"" + "-".repeat(36) + "\"}", "y".repeat(7999))) {
      execute(database, "SELECT pg_notify('gateway_api_keys', '%s')".formatted(payload));
    }
    await()
        .until(
            () ->
                outcome(authenticator, secret).equals("granted") && watched.connections() > before);
    execute(database, "UPDATE api_keys SET is_active = false");
    await().until(() -> outcome(authenticator, secret).equals("inactive"));
    assertThat(listener.connections()).isOne();
  }

  @Test
  void limitsTheRate() {
    KeyLimits limits =
        KeyLimits.of(Tier.FREE).withRateLimitPerMinute(Optional.of(1)).withBurst(Optional.of(3));
    String secret =
        store
            .create(key(KeySettings.of("n", Permissions.of("rpc")).withLimits(limits)), BY)
            .secret()
            .reveal();
    ApiKeyAuthenticator authenticator = listening();
    for (int i = 0; i < 3; i++) {
      assertThat(outcome(authenticator, secret)).isEqualTo("granted");
    }
    Denied denied = (Denied) authenticator.authenticate(secret, Permission.RPC_READ);
    assertThat(denied.reason()).isEqualTo(DenialReason.RATE_LIMITED);
    assertThat(denied.httpStatus()).isEqualTo(429);
    assertThat(denied.retryAfter()).isPositive().isLessThanOrEqualTo(Duration.ofMinutes(1));
    assertThat(outcome(authenticator, secret, Permission.ADMIN)).isEqualTo("forbidden");
  }

  @Test
  void measures() {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    String secret = store.create(key("n", "rpc"), BY).secret().reveal();
    ApiKeyAuthenticator authenticator = start(options().meters(meters));
    await().until(authenticator::isListening);
    outcome(authenticator, secret);
    outcome(authenticator, secret);
    outcome(authenticator, OLD_KEY);
    outcome(authenticator, OLD_KEY);
    assertThat(meters.get("gwdb.keys.authenticate").tag("outcome", "granted").timer().count())
        .isEqualTo(2);
    assertThat(meters.get("gwdb.keys.authenticate").tag("outcome", "unknown").timer().count())
        .isEqualTo(2);
    assertThat(meters.get("gwdb.keys.cache").tag("result", "hit").counter().count()).isOne();
    assertThat(meters.get("gwdb.keys.cache").tag("result", "miss").counter().count()).isEqualTo(2);
    assertThat(meters.get("gwdb.keys.cache").tag("result", "known_missing").counter().count())
        .isOne();
    assertThat(meters.get("gwdb.keys.lookup").timer().count()).isEqualTo(2);
    assertThat(meters.get("gwdb.keys.listener.connected").gauge().value()).isOne();
    assertThat(meters.get("gwdb.keys.cache.size").gauge().value()).isOne();
  }
}
