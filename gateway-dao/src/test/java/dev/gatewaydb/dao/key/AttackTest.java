package dev.gatewaydb.dao.key;

import static dev.gatewaydb.dao.key.Fixtures.BY;
import static dev.gatewaydb.dao.key.Fixtures.key;
import static dev.gatewaydb.dao.key.Fixtures.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.dao.key.Authentication.Denied;
import dev.gatewaydb.dao.key.Authentication.Granted;
import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What somebody would try who wants in, or wants others out. */
@ExtendWith(ScratchPostgres.class)
final class AttackTest {
  private static DataSource database;

  private final SecureRandom random = new SecureRandom();
  private final List<ApiKeyAuthenticator> started = new ArrayList<>();
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

  private ApiKeyAuthenticator start(AuthenticatorOptions options) {
    ApiKeyAuthenticator authenticator = options.start();
    started.add(authenticator);
    await().until(authenticator::isListening);
    return authenticator;
  }

  private AuthenticatorOptions options() {
    return ApiKeyAuthenticator.on(watched.dataSource()).listenOn(database).withoutUsage();
  }

  private static NewKey unlimited() {
    KeyLimits limits =
        KeyLimits.of(Tier.SCALE)
            .withRateLimitPerMinute(Optional.of(100_000_000))
            .withBurst(Optional.of(100_000_000));
    return key(KeySettings.of("n", Permissions.of("rpc")).withLimits(limits));
  }

  private String inventedKey() {
    return ApiKeySecret.generate(KeyEnvironment.LIVE, random).reveal();
  }

  @Test
  void whatIsNoKeyCostsNoQuery() {
    String good = store.create(key("n", "rpc"), BY).secret().reveal();
    ApiKeyAuthenticator authenticator = start(options());
    List<String> presented =
        new ArrayList<>(
            List.of(
                "",
                " ",
                "%",
                "'; --",
                "' OR '1'='1",
                "a:**",
                "\u0000",
                good + "\u0000",
                good + " ",
                " " + good,
                "Bearer " + good,
                good.toUpperCase(java.util.Locale.ROOT),
                good.replace("gw_", "ｇｗ＿"),
                good.substring(0, 8) + "\u0430" + good.substring(9),
                good.substring(0, 56) + "\u0661",
                "x".repeat(1 << 20),
                "gw_live_" + "0".repeat(1 << 20),
                "\uD83D\uDD11".repeat(29)));
    for (int i = 8; i < good.length(); i++) {
      char other = good.charAt(i) == 'x' ? 'y' : 'x';
      presented.add(good.substring(0, i) + other + good.substring(i + 1));
    }
    for (String each : presented) {
      assertThat(authenticator.authenticate(each, Permission.RPC_READ))
          .isInstanceOfSatisfying(
              Denied.class, d -> assertThat(d.reason()).isEqualTo(DenialReason.MALFORMED));
    }
    assertThat(watched.connections()).isZero();
    assertThat(authenticator.authenticate(good, Permission.RPC_READ)).isInstanceOf(Granted.class);
  }

  @Test
  void aFloodOfInventedKeysIsBoundedAndHurtsNoKnownOne() throws Exception {
    int perSecond = 50;
    String good = store.create(unlimited(), BY).secret().reveal();
    String late = store.create(unlimited(), BY).secret().reveal();
    ApiKeyAuthenticator authenticator =
        start(options().unknownKeyQueriesPerSecond(perSecond).cachedUnknownKeys(100));
    assertThat(authenticator.authenticate(good, Permission.RPC_READ)).isInstanceOf(Granted.class);
    int before = watched.connections();
    long start = System.nanoTime();
    AtomicInteger refused = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int t = 0; t < 16; t++) {
        threads.execute(
            () -> {
              for (int i = 0; i < 200; i++) {
                authenticator.authenticate(inventedKey(), Permission.RPC_READ);
                if (!(authenticator.authenticate(good, Permission.RPC_READ) instanceof Granted)) {
                  refused.incrementAndGet();
                }
              }
            });
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    assertThat(watched.connections() - before)
        .isPositive()
        .isLessThanOrEqualTo((int) (perSecond * (seconds + 1)) + 1);
    assertThat(refused).hasValue(0);
    await().until(() -> authenticator.cache().missingSize() <= 100);
    await().until(() -> authenticator.authenticate(late, Permission.RPC_READ) instanceof Granted);
  }

  @Test
  void aRevocationInAStormIsFinalOnEveryInstance() throws Exception {
    IssuedKey issued = store.create(unlimited(), BY);
    String secret = issued.secret().reveal();
    List<ApiKeyAuthenticator> instances = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      instances.add(start(options()));
    }
    AtomicInteger grants = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> grantsAfterDenial = new ArrayList<>();
      for (int t = 0; t < 15; t++) {
        ApiKeyAuthenticator mine = instances.get(t % instances.size());
        grantsAfterDenial.add(
            threads.submit(
                () -> {
                  boolean denied = false;
                  int wrong = 0;
                  while (!over.get() || !denied) {
                    if (mine.authenticate(secret, Permission.RPC_READ) instanceof Granted) {
                      grants.incrementAndGet();
                      wrong += denied ? 1 : 0;
                    } else {
                      denied = true;
                    }
                    Thread.onSpinWait();
                  }
                  return wrong;
                }));
      }
      await().until(() -> grants.get() > 1000);
      store.revoke(issued.key().id(), BY);
      await()
          .until(
              () ->
                  instances.stream()
                      .noneMatch(
                          each ->
                              each.authenticate(secret, Permission.RPC_READ) instanceof Granted));
      over.set(true);
      for (Future<Integer> each : grantsAfterDenial) {
        assertThat(each.get()).isZero();
      }
    }
  }

  @Test
  void noSecretGetsOut() {
    byte[] bytes = new byte[32];
    random.nextBytes(bytes);
    String pepper = HexFormat.of().formatHex(bytes);
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    List<String> secrets = new ArrayList<>(List.of(pepper));
    StringBuilder said = new StringBuilder();
    try (CapturedLogs logs = CapturedLogs.start()) {
      KeyHasher hasher = KeyHasher.fromSetting(pepper);
      ApiKeyStore peppered = new ApiKeyStore(watched.dataSource(), hasher);
      IssuedKey first = peppered.create(key("n", "rpc"), BY);
      IssuedKey second = peppered.rotate(first.key(), Duration.ofHours(1), BY);
      String invented = inventedKey();
      for (String each : List.of(first.secret().reveal(), second.secret().reveal(), invented)) {
        secrets.add(each);
      }
      ApiKeyAuthenticator authenticator =
          start(options().hasher(hasher).listenOn(watched.dataSource()).meters(meters));
      for (String each : secrets) {
        said.append(authenticator.authenticate(each, Permission.RPC_READ).toString());
        said.append(peppered.verify(each, Optional.empty()).toString());
        said.append(peppered.findShown(each).toString());
      }
      said.append(hasher.toString()).append(first.toString()).append(second.toString());
      watched.away(true);
      said.append(authenticator.authenticate(inventedKey(), Permission.RPC).toString());
      for (String each : secrets) {
        Throwable failure = catchThrowable(() -> peppered.verify(each, Optional.empty()));
        if (failure != null) {
          said.append(trace(failure));
        }
        Throwable refused = catchThrowable(() -> Permissions.of(each));
        said.append(trace(refused));
        Throwable address = catchThrowable(() -> dev.gatewaydb.dao.EthereumAddress.parse(each));
        said.append(trace(address));
      }
      watched.away(false);
      assertThat(logs.text()).contains("FE=> ");
      said.append(logs.text());
    }
    said.append(meters.getMetersAsString());
    said.append(String.join("\n", watched.statements()));
    said.append(
        rows(
                database,
                """
                SELECT string_agg(t::text, ' ') FROM (
                    SELECT k::text FROM api_keys k UNION ALL
                    SELECT p::text FROM api_key_previous_hash p UNION ALL
                    SELECT c::text FROM api_key_change c UNION ALL
                    SELECT query FROM pg_stat_activity) AS t
                """)
            .toString());
    assertThat(watched.statements()).hasSizeGreaterThan(10);
    for (String each : secrets) {
      // Not even most of one.
      String part = each.substring(14, 40);
      int at = said.indexOf(part);
      assertThat(at)
          .withFailMessage(
              () -> "leaked: …" + said.substring(Math.max(0, at - 300), at + part.length()))
          .isNegative();
    }
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text, true));
    return text.toString();
  }
}
