package dev.gatewaydb.dao.key;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The keys and non-keys that were presented lately, by the hash of what was presented. Loads of one
 * key are shared; what was loaded while something changed is not kept.
 */
final class KeyCache {
  private static final int MOST_LOADS = 3;
  private static final long LONGEST_FLIGHT_NANOS = Duration.ofSeconds(5).toNanos();
  private static final Duration LONGEST_IDLE = Duration.ofHours(1);

  /** What a load came to. */
  record Answer(Outcome outcome, @Nullable CachedKey key) {
    static final Answer MISSING = new Answer(Outcome.MISSING, null);
    static final Answer UNAVAILABLE = new Answer(Outcome.UNAVAILABLE, null);
  }

  /** Whether the database has the key. */
  enum Outcome {
    FOUND,
    MISSING,
    UNAVAILABLE
  }

  /** Asks the database; never throws, and never gives what is older than its call. */
  interface Loader {
    /** An answer and, for one that may be kept, how fresh it is. */
    Loaded load();
  }

  record Loaded(Answer answer, Freshness freshness) {}

  /** A load on its way, which began when this many changes had been heard of. */
  private static final class Flight {
    private final long generation;
    private final long startNanos;
    private final AtomicBoolean taken = new AtomicBoolean();
    private final CompletableFuture<Answer> answer = new CompletableFuture<>();

    Flight(long generation, long startNanos) {
      this.generation = generation;
      this.startNanos = startNanos;
    }

    /** The network may have swallowed its query, so that it never ends. */
    boolean serves(long generationNow, long nanos) {
      return generation == generationNow && nanos - startNanos < LONGEST_FLIGHT_NANOS;
    }
  }

  /** A stored key, which counts only once nothing is known to have changed since it was read. */
  private static final class Slot {
    private final CachedKey key;
    private volatile boolean settled;

    Slot(CachedKey key) {
      this.key = key;
    }

    UUID id() {
      return key.key().id();
    }

    UUID userId() {
      return key.key().userId();
    }
  }

  private final Cache<HashKey, Slot> keys;
  private final Cache<HashKey, Freshness> missing;
  private final HashesById hashes = new HashesById();
  private final Map<HashKey, Flight> flights = new ConcurrentHashMap<>();
  private final AtomicLong generation = new AtomicLong();
  private final LongSupplier nanoTime;

  KeyCache(long mostKeys, long mostMissing, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    // Its upkeep takes a microsecond; waking another thread for it takes longer.
    keys =
        Caffeine.newBuilder()
            .executor(Runnable::run)
            .maximumSize(mostKeys)
            .expireAfterAccess(LONGEST_IDLE)
            .removalListener(this::removed)
            .build();
    missing = Caffeine.newBuilder().executor(Runnable::run).maximumSize(mostMissing).build();
  }

  @Nullable CachedKey get(HashKey hash) {
    @Nullable Slot slot = keys.getIfPresent(hash);
    return slot != null && slot.settled ? slot.key : null;
  }

  @Nullable Freshness missingSince(HashKey hash) {
    return missing.getIfPresent(hash);
  }

  long size() {
    return keys.estimatedSize();
  }

  long missingSize() {
    return missing.estimatedSize();
  }

  /**
   * Loads, or waits for a load that began after the last change that was heard of.
   *
   * @param inBackground whether the caller has something to fall back on when it takes too long
   */
  Answer load(HashKey hash, Loader loader, boolean inBackground, Duration patience) {
    long now = generation.get();
    long nanos = nanoTime.getAsLong();
    Flight flight =
        flights.compute(
            hash,
            (h, going) ->
                going != null && going.serves(now, nanos) ? going : new Flight(now, nanos));
    if (flight.taken.compareAndSet(false, true)) {
      if (inBackground) {
        Thread.ofVirtual().name("gwdb-key-load").start(() -> run(hash, flight, loader));
      } else {
        return run(hash, flight, loader);
      }
    }
    return await(flight, patience);
  }

  private static Answer await(Flight flight, Duration patience) {
    try {
      return flight.answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return Answer.UNAVAILABLE;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Answer.UNAVAILABLE;
    }
  }

  private Answer run(HashKey hash, Flight flight, Loader loader) {
    Answer answer = Answer.UNAVAILABLE;
    try {
      boolean kept = false;
      for (int loads = 0; loads < MOST_LOADS && !kept; loads++) {
        long before = generation.get();
        Loaded loaded = loader.load();
        answer = loaded.answer();
        kept = answer.outcome() == Outcome.UNAVAILABLE || keep(hash, loaded, before);
      }
      return answer;
    } finally {
      flight.answer.complete(answer);
      flights.remove(hash, flight);
    }
  }

  /**
   * Stores and indexes first and looks then whether something has changed: who changes counts first
   * and removes then. Whichever order the two fall into, one of them sees the other.
   */
  private boolean keep(HashKey hash, Loaded loaded, long before) {
    @Nullable CachedKey key = loaded.answer().key();
    return key == null
        ? keepMissing(hash, loaded.freshness(), before)
        : keepFound(hash, key, before);
  }

  private boolean keepFound(HashKey hash, CachedKey key, long before) {
    missing.invalidate(hash);
    Slot slot = new Slot(key);
    keys.put(hash, slot);
    hashes.add(slot.id(), hash);
    if (!slot.equals(current(hash))) {
      // The cache has thrown it out already, before it was in the index.
      hashes.remove(slot.id(), hash, this::isCached);
    }
    if (generation.get() != before) {
      keys.asMap().remove(hash, slot);
      return false;
    }
    slot.settled = true;
    return true;
  }

  private @Nullable Slot current(HashKey hash) {
    return keys.policy().getIfPresentQuietly(hash);
  }

  private boolean isCached(HashKey hash) {
    return current(hash) != null;
  }

  private void removed(@Nullable HashKey hash, @Nullable Slot slot, RemovalCause cause) {
    if (hash != null && slot != null) {
      hashes.remove(slot.id(), hash, this::isCached);
    }
  }

  private boolean keepMissing(HashKey hash, Freshness freshness, long before) {
    keys.invalidate(hash);
    missing.put(hash, freshness);
    if (generation.get() != before) {
      missing.asMap().remove(hash, freshness);
      return false;
    }
    return true;
  }

  /** Forgets these keys, and, if there may be new ones, what was not a key. */
  void invalidate(Set<UUID> ids, boolean maybeNew) {
    changed(maybeNew);
    ids.forEach(id -> keys.invalidateAll(hashes.of(id)));
  }

  /** Forgets everything. */
  void invalidateAll() {
    changed(true);
    keys.invalidateAll();
  }

  /** Before anything is removed, so that a load which stores after the removal sees it. */
  void changed(boolean maybeNew) {
    generation.incrementAndGet();
    if (maybeNew) {
      missing.invalidateAll();
    }
  }

  int indexSize() {
    return hashes.size();
  }

  /** The owners of what is cached. */
  Set<UUID> users() {
    Set<UUID> users = new HashSet<>();
    for (Slot slot : keys.asMap().values()) {
      users.add(slot.userId());
    }
    return users;
  }

  /** Forgets the keys of these users that are cached as what their user isn't any more. */
  void correctUsers(Collection<UUID> asked, Set<UUID> active) {
    Set<UUID> among = new HashSet<>(asked);
    Predicate<Slot> isWrong =
        slot ->
            among.contains(slot.userId()) && slot.key.userOn() != active.contains(slot.userId());
    if (keys.asMap().values().stream().anyMatch(isWrong)) {
      changed(false);
      keys.asMap().values().removeIf(isWrong);
    }
  }
}
