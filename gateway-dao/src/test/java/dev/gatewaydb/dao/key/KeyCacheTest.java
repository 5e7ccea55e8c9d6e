package dev.gatewaydb.dao.key;

import static dev.gatewaydb.dao.key.Fixtures.ADDRESS;
import static dev.gatewaydb.dao.key.Fixtures.USER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.gatewaydb.dao.key.KeyCache.Answer;
import dev.gatewaydb.dao.key.KeyCache.Loaded;
import dev.gatewaydb.dao.key.KeyCache.Outcome;
import dev.gatewaydb.dao.usage.TierLimits;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class KeyCacheTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Freshness FRESH = new Freshness(0, 0);
  private static final UUID ID = new UUID(1, 2);
  private static final HashKey HASH = new HashKey(1, 2, 3, 4);

  private final KeyCache cache = new KeyCache(100, 100, System::nanoTime);

  private static Loaded found(String name) {
    return found(name, ID);
  }

  private static Loaded found(String name, UUID id) {
    Instant now = Instant.EPOCH;
    ApiKey key =
        new ApiKey(
            id,
            USER,
            ADDRESS,
            KeyEnvironment.LIVE,
            KeySettings.of(name, Permissions.of("rpc")),
            KeyState.ACTIVE,
            new KeyTimes(now, now, Optional.empty(), Optional.empty(), Optional.empty()),
            "gw_live_abcd…wxyz",
            Optional.empty());
    KeyLookup.Found row =
        new KeyLookup.Found(new KeyRow(key, true, true, now), Optional.empty(), 0);
    return new Loaded(
        new Answer(Outcome.FOUND, CachedKey.of(row, TierLimits.DEFAULT, FRESH)), FRESH);
  }

  private static String name(Answer answer) {
    return answer.key() == null ? answer.outcome().toString() : answer.key().key().name();
  }

  private static String name(@Nullable CachedKey key) {
    return key == null ? "nothing" : key.key().name();
  }

  @Test
  void keepsWhatItLoaded() {
    assertThat(name(cache.load(HASH, () -> found("a"), false, PATIENCE))).isEqualTo("a");
    assertThat(name(cache.get(HASH))).isEqualTo("a");
    cache.invalidate(Set.of(ID), false);
    assertThat(cache.get(HASH)).isNull();
  }

  @Test
  void aLoadThatRacesAChangeLoadsAgainAndKeepsOnlyTheNew() {
    AtomicInteger loads = new AtomicInteger();
    Answer answer =
        cache.load(
            HASH,
            () -> {
              if (loads.incrementAndGet() == 1) {
                cache.invalidate(Set.of(ID), false);
                return found("old");
              }
              return found("new");
            },
            false,
            PATIENCE);
    assertThat(name(answer)).isEqualTo("new");
    assertThat(name(cache.get(HASH))).isEqualTo("new");
    assertThat(loads).hasValue(2);
  }

  @Test
  void whatNeverSettlesIsNotKept() {
    AtomicInteger loads = new AtomicInteger();
    Answer answer =
        cache.load(
            HASH,
            () -> {
              cache.changed(false);
              return found("version " + loads.incrementAndGet());
            },
            false,
            PATIENCE);
    assertThat(name(answer)).isEqualTo("version 3");
    assertThat(cache.get(HASH)).isNull();
  }

  @Test
  void aMissThatRacesANewKeyIsNotKept() {
    AtomicInteger loads = new AtomicInteger();
    Answer answer =
        cache.load(
            HASH,
            () -> {
              if (loads.incrementAndGet() == 1) {
                cache.invalidate(Set.of(ID), true);
                return new Loaded(Answer.MISSING, FRESH);
              }
              return found("new");
            },
            false,
            PATIENCE);
    assertThat(name(answer)).isEqualTo("new");
    assertThat(cache.missingSince(HASH)).isNull();
  }

  @Test
  void newKeysEndWhatIsKnownToBeMissing() {
    cache.load(HASH, () -> new Loaded(Answer.MISSING, FRESH), false, PATIENCE);
    assertThat(cache.missingSince(HASH)).isNotNull();
    cache.invalidate(Set.of(new UUID(9, 9)), false);
    assertThat(cache.missingSince(HASH)).isNotNull();
    cache.invalidate(Set.of(new UUID(9, 9)), true);
    assertThat(cache.missingSince(HASH)).isNull();
  }

  @Test
  void manyShareOneLoad() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger loads = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Answer>> answers =
          java.util.stream.IntStream.range(0, 50)
              .mapToObj(
                  i ->
                      threads.submit(
                          () ->
                              cache.load(
                                  HASH,
                                  () -> {
                                    loads.incrementAndGet();
                                    awaitLatch(go);
                                    return found("a");
                                  },
                                  false,
                                  PATIENCE)))
              .toList();
      await().until(() -> loads.get() > 0);
      go.countDown();
      for (Future<Answer> answer : answers) {
        assertThat(name(answer.get())).isEqualTo("a");
      }
    }
    // A late one may begin after the first has ended, but not fifty.
    assertThat(loads.get()).isLessThan(50);
  }

  @Test
  void whoComesAfterAChangeDoesNotWaitForALoadFromBeforeIt() throws Exception {
    CountDownLatch slow = new CountDownLatch(1);
    CompletableFuture<Void> started = new CompletableFuture<>();
    AtomicInteger loads = new AtomicInteger();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<Answer> early =
          threads.submit(
              () ->
                  cache.load(
                      HASH,
                      () -> {
                        if (loads.getAndIncrement() == 0) {
                          started.complete(null);
                          awaitLatch(slow);
                          return found("old");
                        }
                        return found("reloaded");
                      },
                      false,
                      PATIENCE));
      started.get();
      cache.invalidate(Set.of(ID), false);
      assertThat(name(cache.load(HASH, () -> found("new"), false, PATIENCE))).isEqualTo("new");
      slow.countDown();
      assertThat(name(early.get())).isEqualTo("reloaded");
    }
  }

  /** However the two fall together, what is older than a change is never seen after it. */
  @Test
  void nothingOlderThanAChangeIsSeenAfterIt() throws Exception {
    AtomicInteger version = new AtomicInteger();
    AtomicBoolean over = new AtomicBoolean();
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (int t = 0; t < 2; t++) {
        threads.execute(
            () -> {
              while (!over.get()) {
                cache.load(HASH, () -> found("" + version.get()), false, PATIENCE);
              }
            });
      }
      for (int change = 1; change <= 20_000; change++) {
        version.set(change);
        cache.invalidate(Set.of(ID), false);
        CachedKey seen = cache.get(HASH);
        if (seen != null) {
          assertThat(Integer.parseInt(seen.key().name())).isEqualTo(change);
        }
      }
      over.set(true);
    } finally {
      over.set(true);
    }
  }

  @Test
  void inTheBackgroundNobodyWaitsForever() {
    CountDownLatch never = new CountDownLatch(1);
    Answer answer =
        cache.load(
            HASH,
            () -> {
              awaitLatch(never);
              return found("late");
            },
            true,
            Duration.ofMillis(20));
    assertThat(answer.outcome()).isEqualTo(Outcome.UNAVAILABLE);
    never.countDown();
    await().until(() -> name(cache.get(HASH)).equals("late"));
  }

  @Test
  void isBounded() {
    for (int i = 0; i < 5_000; i++) {
      HashKey hash = new HashKey(i, i, i, i);
      cache.load(hash, () -> found("a"), false, PATIENCE);
      HashKey other = new HashKey(i, i, i, -i);
      cache.load(other, () -> new Loaded(Answer.MISSING, FRESH), false, PATIENCE);
    }
    await().until(() -> cache.size() <= 100 && cache.missingSize() <= 100);
  }

  @Test
  void bothValuesOfARotatedKeyAreForgottenWithIt() {
    HashKey other = new HashKey(5, 6, 7, 8);
    cache.load(HASH, () -> found("a"), false, PATIENCE);
    cache.load(other, () -> found("a"), false, PATIENCE);
    cache.invalidate(Set.of(new UUID(9, 9)), false);
    assertThat(cache.get(HASH)).isNotNull();
    cache.invalidate(Set.of(ID), false);
    assertThat(cache.get(HASH)).isNull();
    assertThat(cache.get(other)).isNull();
    assertThat(cache.indexSize()).isZero();
  }

  @Test
  void whatIsThrownOutOfTheCacheLeavesNothingBehind() throws Exception {
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      for (int t = 0; t < 3; t++) {
        threads.execute(
            () -> {
              for (int i = 0; i < 3_000; i++) {
                UUID id = new UUID(3, i);
                cache.load(new HashKey(i, 0, 0, 0), () -> found("a", id), false, PATIENCE);
              }
            });
      }
    }
    assertThat(cache.size()).isEqualTo(100);
    assertThat(cache.indexSize()).isEqualTo(100);
    for (int i = 0; i < 3_000; i++) {
      cache.invalidate(Set.of(new UUID(3, i)), false);
    }
    assertThat(cache.size()).isZero();
    assertThat(cache.indexSize()).isZero();
  }

  @Test
  void followsTheUsers() {
    cache.load(HASH, () -> found("a"), false, PATIENCE);
    cache.correctUsers(List.of(UUID.randomUUID()), Set.of());
    cache.correctUsers(List.of(USER), Set.of(USER));
    assertThat(cache.get(HASH)).isNotNull();
    assertThat(cache.users()).containsExactly(USER);
    cache.correctUsers(List.of(USER), Set.of());
    assertThat(cache.get(HASH)).isNull();
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
