package dev.gatewaydb.dao.key;

import static dev.gatewaydb.dao.key.Fixtures.ADDRESS;
import static dev.gatewaydb.dao.key.Fixtures.BY;
import static dev.gatewaydb.dao.key.Fixtures.USER;
import static dev.gatewaydb.dao.key.Fixtures.execute;
import static dev.gatewaydb.dao.key.Fixtures.key;
import static dev.gatewaydb.dao.key.Fixtures.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gatewaydb.dao.ConflictException;
import dev.gatewaydb.dao.DatabaseException;
import dev.gatewaydb.dao.InvalidInputException;
import dev.gatewaydb.dao.NotFoundException;
import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import dev.gatewaydb.migrator.scratch.ScratchDatabase;
import dev.gatewaydb.migrator.scratch.junit.Migrated;
import dev.gatewaydb.migrator.scratch.junit.ScratchPostgres;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(ScratchPostgres.class)
final class ApiKeyStoreTest {
  private static DataSource database;
  private ApiKeyStore store;

  @BeforeAll
  static void open(@Migrated ScratchDatabase scratch) {
    database = scratch.dataSource();
  }

  @BeforeEach
  void empty() {
    Fixtures.empty(database);
    store = new ApiKeyStore(database, KeyHasher.PLAIN);
  }

  private static List<Object> both(Callable<?> one, Callable<?> other) throws Exception {
    CyclicBarrier barrier = new CyclicBarrier(2);
    List<Object> results = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(2)) {
      List<Future<?>> futures = new ArrayList<>();
      for (Callable<?> each : List.of(one, other)) {
        futures.add(
            threads.submit(
                () -> {
                  barrier.await();
                  return each.call();
                }));
      }
      for (Future<?> future : futures) {
        try {
          results.add(future.get());
        } catch (ExecutionException e) {
          results.add(e.getCause());
        }
      }
    }
    return results;
  }

  @Test
  void makesAKeyAndKeepsOnlyItsHash() {
    KeySettings settings =
        new KeySettings(
            "Ada's indexer",
            Permissions.of("rpc_read", "logs:*:read"),
            new KeyLimits(Tier.PRO, Optional.of(120), Optional.of(7), Optional.of(5000L)),
            Optional.of(store.now().plusSeconds(3600)));
    IssuedKey issued = store.create(key(settings), BY);

    String secret = issued.secret().reveal();
    ApiKey key = issued.key();
    assertThat(store.find(key.id())).contains(key);
    assertThat(key.settings()).isEqualTo(settings);
    assertThat(key.userId()).isEqualTo(USER);
    assertThat(key.address()).isEqualTo(ADDRESS);
    assertThat(key.state()).isEqualTo(KeyState.ACTIVE);
    assertThat(key.environment()).isEqualTo(KeyEnvironment.LIVE);
    assertThat(key.pepperId()).isEmpty();
    assertThat(key.times().rotated()).isEmpty();
    assertThat(key.shown())
        .isEqualTo(secret.substring(0, 12) + "…" + secret.substring(secret.length() - 4));
    assertThat(rows(database, "SELECT encode(key_hash, 'hex') FROM api_keys"))
        .containsExactly(HexFormat.of().formatHex(KeyHasher.plain(secret)));
    assertThat(rows(database, "SELECT k::text FROM api_keys k").get(0)).doesNotContain(secret);
    assertThat(rows(database, "SELECT c::text FROM api_key_change c").get(0))
        .doesNotContain(secret)
        .doesNotContain(HexFormat.of().formatHex(KeyHasher.plain(secret)));
    assertThat(issued.toString()).doesNotContain(secret);
  }

  @Test
  void recordsWhoAndWhy() {
    ApiKey key = store.create(key("n", "rpc"), new ChangedBy("ada", "first")).key();
    key =
        store.update(
            key,
            key.settings().withName("m").withLimits(KeyLimits.of(Tier.SCALE)),
            new ChangedBy("bob", "second"));
    key = store.rotate(key, Duration.ofHours(1), new ChangedBy("eve", "third")).key();
    store.revoke(key.id(), new ChangedBy("joe", "fourth"));

    List<KeyChange> history = store.history(key.id(), 10);
    assertThat(history)
        .extracting(c -> c.action() + " " + c.by().who() + " " + c.by().why())
        .containsExactly(
            "revoke joe fourth", "rotate eve third", "update bob second", "create ada first");
    assertThat(history.get(2).oldValues()).isEqualTo(Map.of("name", "n", "tier", "free"));
    assertThat(history.get(2).newValues()).isEqualTo(Map.of("name", "m", "tier", "scale"));
    assertThat(history.get(3).newValues())
        .containsEntry("permissions", "rpc")
        .containsEntry("user_id", USER.toString());
    assertThat(store.history(key.id(), 1)).hasSize(1);
  }

  @Test
  void hashesUnderThePepper() {
    KeyHasher peppered = KeyHasher.fromSetting("ab".repeat(32));
    IssuedKey issued = new ApiKeyStore(database, peppered).create(key("n", "rpc"), BY);
    assertThat(issued.key().pepperId()).isEqualTo(peppered.currentPepperId());
    assertThat(rows(database, "SELECT encode(key_hash, 'hex') FROM api_keys"))
        .containsExactly(HexFormat.of().formatHex(peppered.hash(issued.secret().reveal()).bytes()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " \t", "a\u0000b", "a\nb", "\u001b[31mred", "\u202Eevil", "\uD800"})
  void refusesNamesThatCannotBeShown(String name) {
    assertThatThrownBy(() -> store.create(key(name, "rpc"), BY))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the name");
    assertThatThrownBy(() -> new ChangedBy(name, "why")).isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> new ChangedBy("who", name)).isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"'; DROP TABLE api_keys; --", "%", "Ünïcödé 名前 🔑", "a\\'b\"c{}?", "$$"})
  void keepsOddNamesAsTheyAre(String name) {
    ApiKey key = store.create(key(name, "rpc"), BY).key();
    assertThat(key.name()).isEqualTo(name);
    assertThat(store.history(key.id(), 1).get(0).newValues()).containsEntry("name", name);
  }

  @Test
  void reportsEverythingThatIsWrongAtOnce() {
    KeySettings settings =
        new KeySettings(
            "x".repeat(201),
            Permissions.stored(List.of("a:**")),
            new KeyLimits(Tier.FREE, Optional.of(0), Optional.of(-1), Optional.of(0L)),
            Optional.empty());
    assertThatThrownBy(() -> store.create(key(settings), BY))
        .isInstanceOfSatisfying(
            InvalidInputException.class, e -> assertThat(e.faults()).hasSize(5));
    assertThat(rows(database, "SELECT id FROM api_keys")).isEmpty();
  }

  @Test
  void refusesAnEndInThePastByTheDatabasesClock() {
    KeySettings settings = KeySettings.of("n", Permissions.of("rpc"));
    Instant now = store.now();
    for (Instant end : List.of(Instant.EPOCH, now, now.minusMillis(1))) {
      assertThatThrownBy(() -> store.create(key(settings.withExpiresAt(Optional.of(end))), BY))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("expired already")
          .hasMessageContaining("database's clock");
    }
    for (Instant end : List.of(Instant.MAX, now.plus(Duration.ofDays(40_000)))) {
      assertThatThrownBy(() -> store.create(key(settings.withExpiresAt(Optional.of(end))), BY))
          .isInstanceOf(InvalidInputException.class);
    }
    ApiKey key = store.create(key(settings), BY).key();
    assertThatThrownBy(() -> store.update(key, settings.withExpiresAt(Optional.of(now)), BY))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void listsPageByPageWhileKeysComeAndGo() {
    List<UUID> made = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      made.add(store.create(key("k" + i, "rpc"), BY).key().id());
    }
    // Two of the very same moment are told apart by id.
    execute(database, "UPDATE api_keys SET created_at = '2026-01-01' WHERE name IN ('k2', 'k3')");
    List<UUID> seen = new ArrayList<>();
    Optional<PageToken> next = Optional.empty();
    do {
      KeyPage page = store.list(KeyFilter.ALL, next, 2);
      assertThat(page.keys()).hasSizeLessThanOrEqualTo(2);
      page.keys().forEach(key -> seen.add(key.id()));
      next = page.next().map(token -> PageToken.parse(token.toString()));
      store.create(key("newer", "rpc"), BY);
      execute(database, "DELETE FROM api_keys WHERE id = '%s'".formatted(seen.getLast()));
    } while (next.isPresent());
    assertThat(seen).containsExactlyInAnyOrderElementsOf(made).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1.2", "1.000000.'; --", "99999999999999999999.000000.x"})
  void refusesAPlaceThatIsNone(String token) {
    assertThatThrownBy(() -> PageToken.parse(token)).isInstanceOf(InvalidInputException.class);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 1001})
  void refusesAnOddPageSize(int limit) {
    assertThatThrownBy(() -> store.list(KeyFilter.ALL, Optional.empty(), limit))
        .isInstanceOf(InvalidInputException.class);
  }

  private List<String> names(KeyFilter filter) {
    return store.list(filter, Optional.empty(), 100).keys().stream()
        .map(ApiKey::name)
        .sorted()
        .toList();
  }

  @Test
  void filtersByEverything() {
    Fixtures.createUserTable(database);
    UUID other = UUID.randomUUID();
    execute(
        database, "INSERT INTO \"user\" VALUES ('%s', 'b@example.com', false)".formatted(other));
    store.create(key("admin", "admin"), BY);
    store.create(key("both", "rpc_read", "rpc_write"), BY);
    store.create(key("rpc", "rpc"), BY);
    store.create(key("wild", "logs:*:read"), BY);
    store.create(
        key(KeySettings.of("pro", Permissions.of("a:b:c")).withLimits(KeyLimits.of(Tier.PRO))), BY);
    KeySettings settings = KeySettings.of("other", Permissions.of("rpc_read"));
    store.create(new NewKey(other, ADDRESS, KeyEnvironment.TEST, settings), BY);
    store.revoke(store.create(key("revoked", "x:y:z"), BY).key().id(), BY);
    ApiKey expired = store.create(key("expired", "x:y:z"), BY).key();
    execute(
        database, "UPDATE api_keys SET expires_at = now() WHERE id = '%s'".formatted(expired.id()));

    assertThat(names(KeyFilter.ALL)).hasSize(8);
    assertThat(names(KeyFilter.ALL.withUserId(other))).containsExactly("other");
    assertThat(names(KeyFilter.ALL.withAddress(ADDRESS))).hasSize(8);
    assertThat(names(KeyFilter.ALL.withTier(Tier.PRO))).containsExactly("pro");
    assertThat(names(KeyFilter.ALL.withPermission(Permission.RPC_READ)))
        .containsExactly("admin", "both", "other", "rpc");
    assertThat(names(KeyFilter.ALL.withPermission(Permission.RPC)))
        .containsExactly("admin", "both", "rpc");
    assertThat(names(KeyFilter.ALL.withPermission(Permission.of("logs:eth:read"))))
        .containsExactly("admin", "wild");
    assertThat(names(KeyFilter.ALL.withState(KeyState.REVOKED))).containsExactly("revoked");
    assertThat(names(KeyFilter.ALL.withState(KeyState.EXPIRED))).containsExactly("expired");
    assertThat(names(KeyFilter.ALL.withState(KeyState.INACTIVE))).containsExactly("other");
    assertThat(names(KeyFilter.ALL.withState(KeyState.ACTIVE)))
        .containsExactly("admin", "both", "pro", "rpc", "wild");
    assertThat(
            names(
                KeyFilter.ALL
                    .withPermission(Permission.RPC)
                    .withState(KeyState.ACTIVE)
                    .withTier(Tier.PRO)))
        .isEmpty();
  }

  @Test
  void findsByWhatIsShown() {
    IssuedKey issued = store.create(key("n", "rpc"), BY);
    String secret = issued.secret().reveal();
    String lastFour = secret.substring(secret.length() - 4);
    ApiKey rotated = store.rotate(issued.key(), Duration.ofHours(1), BY).key();
    for (String shown :
        List.of(
            secret.substring(0, 12),
            secret.substring(0, 12) + "…" + lastFour,
            secret.substring(0, 12) + "..." + lastFour,
            rotated.shown())) {
      assertThat(store.findShown(shown)).extracting(ApiKey::id).containsExactly(rotated.id());
    }
    for (String shown :
        List.of("gw_live_", "%", "'", "", secret, secret.substring(0, 12) + "…____")) {
      assertThat(store.findShown(shown)).isEmpty();
    }
  }

  @Test
  void refusesAChangeOfWhatHasChangedSince() {
    ApiKey seen = store.create(key("n", "rpc"), BY).key();
    ApiKey changed = store.update(seen, seen.settings().withName("by bob"), BY);
    assertThat(changed.name()).isEqualTo("by bob");
    assertThat(changed.times().updated()).isAfter(seen.times().updated());
    assertThatThrownBy(() -> store.update(seen, seen.settings().withName("by eve"), BY))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("changed by somebody else");
    assertThatThrownBy(() -> store.rotate(seen, Duration.ZERO, BY))
        .isInstanceOf(ConflictException.class);
    assertThat(store.find(seen.id()).orElseThrow().name()).isEqualTo("by bob");
    assertThat(store.history(seen.id(), 10)).hasSize(2);
  }

  @Test
  void useIsNoChange() {
    ApiKey seen = store.create(key("n", "rpc"), BY).key();
    execute(database, "UPDATE api_keys SET last_used_at = now()");
    assertThat(store.update(seen, seen.settings().withName("m"), BY).name()).isEqualTo("m");
  }

  @Test
  void ofTwoUpdatesAtOnceOneWins() throws Exception {
    ApiKey seen = store.create(key("n", "rpc"), BY).key();
    List<Object> results =
        both(
            () -> store.update(seen, seen.settings().withName("one"), BY),
            () -> store.update(seen, seen.settings().withName("two"), BY));
    assertThat(results).filteredOn(r -> r instanceof ApiKey).hasSize(1);
    assertThat(results).filteredOn(r -> r instanceof ConflictException).hasSize(1);
  }

  @Test
  void whatOthersWroteNeedNotBePutRightToChangeSomethingElse() {
    ApiKey made = store.create(key("n", "rpc"), BY).key();
    execute(
        database,
        "UPDATE api_keys SET name = E'\\u0007' || repeat('x', 300), permissions = '[\"X\"]'");
    ApiKey seen = store.find(made.id()).orElseThrow();
    KeySettings settings = seen.settings().withLimits(KeyLimits.of(Tier.PRO));
    assertThat(store.update(seen, settings, BY).settings()).isEqualTo(settings);
    assertThatThrownBy(() -> store.update(seen, settings.withName("\u0007"), BY))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void anUpdateWithoutAChangeIsNone() {
    ApiKey seen = store.create(key("n", "rpc"), BY).key();
    assertThat(store.update(seen, seen.settings(), BY)).isEqualTo(seen);
    assertThat(store.history(seen.id(), 10)).hasSize(1);
  }

  @Test
  void ofTwoRotationsAtOnceOneWins() throws Exception {
    for (int round = 0; round < 5; round++) {
      IssuedKey first = store.create(key("n" + round, "rpc"), BY);
      List<Object> results =
          both(
              () -> store.rotate(first.key(), Duration.ofHours(1), BY),
              () -> store.rotate(first.key(), Duration.ofHours(1), BY));
      assertThat(results).filteredOn(r -> r instanceof ConflictException).hasSize(1);
      IssuedKey second =
          (IssuedKey)
              results.stream().filter(r -> r instanceof IssuedKey).findFirst().orElseThrow();
      assertThat(second.key().id()).isEqualTo(first.key().id());
      assertThat(
              rows(
                  database,
                  "SELECT encode(key_hash, 'hex') FROM api_keys WHERE id = '%s'"
                      .formatted(first.key().id())))
          .containsExactly(HexFormat.of().formatHex(KeyHasher.plain(second.secret().reveal())));
      assertThat(
              rows(
                  database,
                  "SELECT encode(key_hash, 'hex') FROM api_key_previous_hash WHERE api_key_id = '%s'"
                      .formatted(first.key().id())))
          .containsExactly(HexFormat.of().formatHex(KeyHasher.plain(first.secret().reveal())));
    }
  }

  @Test
  void aLaterRotationNeverProlongsAnEarlierOverlap() {
    IssuedKey first = store.create(key("n", "rpc"), BY);
    IssuedKey second = store.rotate(first.key(), Duration.ofDays(2), BY);
    store.rotate(second.key(), Duration.ofMinutes(5), BY);
    assertThat(
            rows(
                database,
                "SELECT (valid_until <= now() + interval '5 min')::text FROM api_key_previous_hash"))
        .containsExactly("true", "true");
    assertThat(store.overlapEnd(first.key().id())).isPresent();
    ApiKey now = store.find(first.key().id()).orElseThrow();
    store.rotate(now, Duration.ZERO, BY);
    assertThat(rows(database, "SELECT 1 FROM api_key_previous_hash")).isEmpty();
    assertThat(store.overlapEnd(first.key().id())).isEmpty();
  }

  @Test
  void overlapsCanBeCutShort() {
    IssuedKey first = store.create(key("n", "rpc"), BY);
    store.rotate(first.key(), Duration.ofDays(2), BY);
    assertThat(store.revokePrevious(first.key().id(), BY)).isEqualTo(1);
    assertThat(store.revokePrevious(first.key().id(), BY)).isZero();
    assertThat(store.find(first.key().id()).orElseThrow().state()).isEqualTo(KeyState.ACTIVE);
    assertThat(store.history(first.key().id(), 1).get(0).oldValues())
        .containsEntry("previous", first.key().shown());
  }

  @Test
  void rotatesOnlyWhatIsActive() {
    ApiKey revoked = store.create(key("n", "rpc"), BY).key();
    store.revoke(revoked.id(), BY);
    ApiKey expired = store.create(key("n", "rpc"), BY).key();
    execute(
        database,
        """
        ALTER TABLE api_keys DISABLE TRIGGER USER;
        UPDATE api_keys SET expires_at = now() WHERE id = '%s';
        ALTER TABLE api_keys ENABLE TRIGGER USER
        """
            .formatted(expired.id()));
    for (ApiKey dead : List.of(revoked, expired)) {
      assertThatThrownBy(() -> store.rotate(dead, Duration.ZERO, BY))
          .isInstanceOf(ConflictException.class);
    }
    assertThatThrownBy(() -> store.rotate(expired, Duration.ofDays(91), BY))
        .isInstanceOf(InvalidInputException.class);
    assertThatThrownBy(() -> store.rotate(expired, Duration.ofNanos(-1), BY))
        .isInstanceOf(InvalidInputException.class);
  }

  @Test
  void revokesForGood() {
    ApiKey seen = store.create(key("n", "rpc"), BY).key();
    ApiKey revoked = store.revoke(seen.id(), BY);
    assertThat(revoked.state()).isEqualTo(KeyState.REVOKED);
    assertThat(revoked.times().revoked()).isPresent();
    assertThat(store.revoke(seen.id(), BY)).isEqualTo(revoked);
    assertThat(store.history(seen.id(), 10)).hasSize(2);
    assertThatThrownBy(() -> store.update(revoked, seen.settings().withName("m"), BY))
        .isInstanceOf(ConflictException.class)
        .hasMessageContaining("is revoked");
  }

  @Test
  void saysWhatIsGone() {
    ApiKey seen = store.create(key("n", "rpc"), BY).key();
    execute(database, "DELETE FROM api_keys");
    assertThat(store.find(seen.id())).isEmpty();
    assertThatThrownBy(() -> store.revoke(seen.id(), BY)).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> store.rotate(seen, Duration.ZERO, BY))
        .isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> store.update(seen, seen.settings(), BY))
        .isInstanceOf(NotFoundException.class);
  }

  @Test
  void purgesTheLongDead() {
    UUID kept = store.create(key("active", "rpc"), BY).key().id();
    UUID recent = store.create(key("recent", "rpc"), BY).key().id();
    store.revoke(recent, BY);
    UUID revoked = store.create(key("revoked", "rpc"), BY).key().id();
    UUID expired = store.create(key("expired", "rpc"), BY).key().id();
    execute(
        database,
        """
        UPDATE api_keys SET revoked_at = now() - interval '31 d' WHERE id = '%s';
        UPDATE api_keys SET expires_at = now() - interval '31 d' WHERE id = '%s';
        INSERT INTO api_key_usage SELECT id, current_date, 1 FROM api_keys;
        INSERT INTO api_keys (user_id, address, name, key_hash, key_prefix, last_four, expires_at)
        SELECT user_id, address, 'mass', sha256(n::text::bytea), '', '', now() - interval '1 y'
          FROM api_keys, generate_series(1, 1500) n WHERE id = '%s'
        """
            .formatted(revoked, expired, kept));
    assertThat(store.purgeable(Duration.ofDays(30))).isEqualTo(1502);
    assertThat(store.purge(Duration.ofDays(30), BY)).isEqualTo(1502);
    assertThat(store.purgeable(Duration.ofDays(30))).isZero();
    assertThat(names(KeyFilter.ALL)).containsExactly("active", "recent");
    assertThat(store.history(expired, 1).get(0).action()).isEqualTo("purge");
    assertThat(store.purge(Duration.ZERO, BY)).isEqualTo(1);
  }

  @Test
  void theUserMustBeThereAndActive() {
    Fixtures.createUserTable(database);
    execute(
        database,
        "ALTER TABLE api_keys ADD CONSTRAINT fk FOREIGN KEY (user_id) REFERENCES \"user\" (id)");
    ApiKey key = store.create(key("n", "rpc"), BY).key();
    assertThat(key.state()).isEqualTo(KeyState.ACTIVE);
    execute(database, "UPDATE \"user\" SET is_active = false");
    assertThat(store.find(key.id()).orElseThrow().state()).isEqualTo(KeyState.INACTIVE);

    UUID nobody = UUID.randomUUID();
    NewKey orphan = new NewKey(nobody, ADDRESS, KeyEnvironment.LIVE, key.settings());
    assertThatThrownBy(() -> store.create(orphan, BY))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining(nobody.toString());
  }

  @Test
  void saysThatTheSchemaIsOld(ScratchDatabase empty) {
    assertThatThrownBy(
            () -> new ApiKeyStore(empty.dataSource(), KeyHasher.PLAIN).find(new UUID(1, 2)))
        .isInstanceOfSatisfying(
            DatabaseException.class,
            e -> {
              assertThat(e.nextStep()).contains("gwdb migrate");
              assertThat(e.isUnreachable()).isFalse();
            });
  }
}
