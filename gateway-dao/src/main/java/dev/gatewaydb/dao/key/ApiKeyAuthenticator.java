package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.internal.NetworkTimeout;
import dev.gatewaydb.dao.key.Authentication.Denied;
import dev.gatewaydb.dao.key.CachedKey.Standing;
import dev.gatewaydb.dao.key.KeyCache.Answer;
import dev.gatewaydb.dao.key.KeyCache.Loaded;
import dev.gatewaydb.dao.key.KeyCache.Outcome;
import dev.gatewaydb.dao.usage.RateLimiter;
import dev.gatewaydb.dao.usage.TierLimits;
import dev.gatewaydb.dao.usage.UsageRecorder;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about requests by the API key that they present, from memory as a rule.
 *
 * <p>Changes of keys arrive within milliseconds, over a connection that listens for them. Without
 * it a key is confirmed by a query at least every 2 seconds. While the database can't be reached, a
 * key goes on working for at most 30 seconds after it was last confirmed; then it is refused. The
 * key's times count by the database's clock.
 *
 * <p>Safe for many threads, virtual ones included: nothing waits while it holds a monitor. One
 * instance serves a whole process.
 */
public final class ApiKeyAuthenticator implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ApiKeyAuthenticator.class);
  private static final long CONFIRM_NANOS = Duration.ofSeconds(2).toNanos();
  private static final long LONGEST_UNCONFIRMED_NANOS = Duration.ofSeconds(30).toNanos();
  private static final Duration CONFIRM_PATIENCE = Duration.ofSeconds(1);
  private static final Duration LOAD_PATIENCE = Duration.ofSeconds(2);
  private static final Duration SOON = Duration.ofSeconds(1);
  // A well-formed key and some room; a longer text is none, whatever it holds.
  private static final int LONGEST_PRESENTED = 128;

  private static final Map<DenialReason, Denied> DENIED = denied();

  private final KeyCache cache;
  private final DataSource dataSource;
  private final KeyLookup lookup;
  private final UnknownKeyBrake brake;
  private final CircuitBreaker breaker;
  private final DatabaseClock clock = new DatabaseClock();
  private final TierLimits limits;
  private final RateLimiter rateLimiter;
  private final @Nullable UsageRecorder usage;
  private final @Nullable UsageRecorder ownUsage;
  private final AuthenticatorMetrics metrics;
  private final @Nullable KeyListener listener;
  private final LongSupplier nanoTime;
  private volatile Listening listening = Listening.NONE;

  ApiKeyAuthenticator(
      AuthenticatorOptions options, RateLimiter rateLimiter, @Nullable UsageRecorder ownUsage) {
    this.nanoTime = options.nanoTime;
    this.dataSource = options.dataSource;
    this.cache = new KeyCache(options.cachedKeys, options.cachedUnknownKeys, nanoTime);
    this.lookup = new KeyLookup(options.hasher, nanoTime);
    this.brake = new UnknownKeyBrake(options.unknownKeyQueriesPerSecond);
    this.breaker = new CircuitBreaker(nanoTime);
    this.limits = options.limits;
    this.rateLimiter = rateLimiter;
    this.ownUsage = ownUsage;
    this.usage = options.usage != null ? options.usage : ownUsage;
    this.metrics =
        new AuthenticatorMetrics(options.meters, cache::size, () -> listening.connected());
    DataSource source = options.listenerSource;
    this.listener = source == null ? null : new KeyListener(source, lookup, new Heard(), nanoTime);
    if (listener != null) {
      listener.start();
    }
  }

  /**
   * Options to start one from.
   *
   * @param dataSource a migrated database, usually a pool
   */
  public static AuthenticatorOptions on(DataSource dataSource) {
    return new AuthenticatorOptions(dataSource);
  }

  private static Map<DenialReason, Denied> denied() {
    Map<DenialReason, Denied> all = new EnumMap<>(DenialReason.class);
    for (DenialReason reason : DenialReason.values()) {
      all.put(reason, new Denied(reason, reason.httpStatus() == 503 ? SOON : Duration.ZERO));
    }
    return all;
  }

  /**
   * Decides about one request, and counts it if it may go on. Never throws because of what was
   * presented or because the database is away.
   *
   * @param presented what the caller sent as its key, anything at all; null: nothing
   * @param required what the request needs
   */
  public Authentication authenticate(@Nullable String presented, Permission required) {
    long start = nanoTime.getAsLong();
    Authentication answer = decide(presented, required, start);
    metrics.answered(answer, nanoTime.getAsLong() - start);
    return answer;
  }

  private Authentication decide(@Nullable String presented, Permission required, long nanos) {
    if (presented == null
        || presented.length() > LONGEST_PRESENTED
        || !ApiKeySecret.isWellFormed(presented)) {
      return denied(DenialReason.MALFORMED);
    }
    HashKey hash = HashKey.of(presented);
    @Nullable CachedKey cached = cache.get(hash);
    if (cached == null) {
      return unknown(hash, presented, required, nanos);
    }
    if (!isConfirmed(cached.freshness(), nanos)) {
      metrics.confirm();
      return confirm(hash, presented, cached, required);
    }
    metrics.hit();
    Standing standing = cached.standing(clock, nanos);
    return standing == Standing.UNSURE
        ? confirm(hash, presented, cached, required)
        : decide(cached, standing, required, nanos);
  }

  private boolean isConfirmed(Freshness freshness, long nanos) {
    return nanos - freshness.confirmedNanos(listening) <= CONFIRM_NANOS;
  }

  private Authentication unknown(HashKey hash, String presented, Permission required, long nanos) {
    @Nullable Freshness missing = cache.missingSince(hash);
    if (missing != null && isConfirmed(missing, nanos)) {
      metrics.knownMissing();
      return denied(DenialReason.UNKNOWN);
    }
    metrics.miss();
    if (!breaker.mayTry()) {
      return denied(DenialReason.UNAVAILABLE);
    }
    Answer answer = cache.load(hash, () -> load(presented, true), false, LOAD_PATIENCE);
    return switch (answer.outcome()) {
      case FOUND -> fresh(Objects.requireNonNull(answer.key()), required);
      case MISSING -> denied(DenialReason.UNKNOWN);
      case UNAVAILABLE -> denied(DenialReason.UNAVAILABLE);
    };
  }

  private Authentication confirm(
      HashKey hash, String presented, CachedKey cached, Permission required) {
    Answer answer =
        breaker.mayTry()
            ? cache.load(hash, () -> load(presented, false), true, CONFIRM_PATIENCE)
            : Answer.UNAVAILABLE;
    if (answer.outcome() == Outcome.FOUND) {
      return fresh(Objects.requireNonNull(answer.key()), required);
    }
    if (answer.outcome() == Outcome.MISSING) {
      return denied(DenialReason.UNKNOWN);
    }
    long now = nanoTime.getAsLong();
    if (now - cached.freshness().confirmedNanos(listening) > LONGEST_UNCONFIRMED_NANOS) {
      return denied(DenialReason.UNAVAILABLE);
    }
    return decide(cached, cached.standing(clock, now), required, now);
  }

  private Authentication fresh(CachedKey key, Permission required) {
    return decide(key, key.standingWhenRead(), required, nanoTime.getAsLong());
  }

  private Authentication decide(CachedKey key, Standing standing, Permission required, long nanos) {
    return switch (standing) {
      case GOOD -> admit(key, required, nanos);
      case REVOKED -> denied(DenialReason.REVOKED);
      case INACTIVE -> denied(DenialReason.INACTIVE);
      case EXPIRED -> denied(DenialReason.EXPIRED);
      case UNSURE -> denied(DenialReason.UNAVAILABLE);
    };
  }

  private Loaded load(String presented, boolean braked) {
    long start = nanoTime.getAsLong();
    Listening heard = listening;
    if (braked && !brake.tryQuery()) {
      return new Loaded(Answer.UNAVAILABLE, heard.freshness(start));
    }
    breaker.begin();
    try {
      KeyLookup.Reply reply = ask(presented);
      breaker.succeeded();
      metrics.lookedUp(nanoTime.getAsLong() - start);
      // A standby may not have what was heard of; what it says is confirmed every 2 seconds.
      Freshness freshness = (reply.standby() ? Listening.NONE : heard).freshness(start);
      KeyLookup.@Nullable Found found = reply.found();
      if (found == null) {
        return new Loaded(Answer.MISSING, freshness);
      }
      if (braked) {
        brake.wasFound();
      }
      if (!reply.standby() || !heard.connected()) {
        clock.sample(found.row().readAt(), reply.sentNanos(), reply.receivedNanos());
      }
      if (usage != null) {
        usage.learn(
            found.row().key().id(), found.usedThisMonth(), found.row().readAt().toEpochMilli());
      }
      CachedKey key = CachedKey.of(found, limits, freshness);
      return new Loaded(new Answer(Outcome.FOUND, key), freshness);
    } catch (SQLException | RuntimeException e) {
      failed(e);
      return new Loaded(Answer.UNAVAILABLE, heard.freshness(start));
    }
  }

  private KeyLookup.Reply ask(String presented) throws SQLException {
    try (Connection connection = dataSource.getConnection()) {
      return NetworkTimeout.within(LOAD_PATIENCE, connection, mine -> lookup.ask(mine, presented));
    }
  }

  private void failed(Exception e) {
    metrics.lookupFailed();
    if (Thread.currentThread().isInterrupted()) {
      // The driver closes the connection of a virtual thread that is interrupted.
      breaker.ended();
    } else if (breaker.failed()) {
      LOG.warn("API keys can't be looked up: {}", e.getMessage());
    }
  }

  /** What speaks against the request of a good key, and else the count of it. */
  private Authentication admit(CachedKey cached, Permission required, long nanos) {
    ApiKey key = cached.key();
    if (!key.permissions().allows(required)) {
      return denied(DenialReason.FORBIDDEN);
    }
    Duration wait = rateLimiter.tryAcquire(key.id(), cached.rate());
    if (wait.isPositive()) {
      return new Denied(DenialReason.RATE_LIMITED, wait);
    }
    if (usage != null && !usage.tryRecord(key.id(), cached.quota(), clock.millis(nanos))) {
      return new Denied(DenialReason.QUOTA, clock.until(nextMonth(nanos), nanos));
    }
    return cached.granted();
  }

  private Instant nextMonth(long nanos) {
    return Instant.ofEpochMilli(clock.millis(nanos))
        .atOffset(ZoneOffset.UTC)
        .toLocalDate()
        .withDayOfMonth(1)
        .plusMonths(1)
        .atStartOfDay(ZoneOffset.UTC)
        .toInstant();
  }

  private static Denied denied(DenialReason reason) {
    return Objects.requireNonNull(DENIED.get(reason));
  }

  /** Whether changes are heard of at once; otherwise keys are confirmed every 2 seconds. */
  public boolean isListening() {
    return listening.connected();
  }

  KeyCache cache() {
    return cache;
  }

  /** Stops listening, and writes what was counted if it counts itself. */
  @Override
  public void close() {
    if (listener != null) {
      listener.close();
    }
    if (ownUsage != null) {
      ownUsage.close();
    }
  }

  /** Called by the listener's thread alone. */
  private final class Heard implements KeyListener.Ears {
    @Override
    public void begun(long nanos) {
      // What was read under an earlier connection is confirmed again before its next use.
      listening = listening.begun(nanos);
      cache.changed(true);
    }

    @Override
    public void heard(Set<UUID> ids, boolean maybeNew) {
      metrics.heard(ids.size());
      cache.invalidate(ids, maybeNew);
    }

    @Override
    public void heardOfAnything() {
      metrics.heard(1);
      cache.invalidateAll();
    }

    @Override
    public void clock(Instant server, long sentNanos, long receivedNanos) {
      clock.sample(server, sentNanos, receivedNanos);
    }

    @Override
    public void alive(long nanos) {
      listening = listening.alive(nanos);
    }

    @Override
    public void ended() {
      listening = listening.ended();
    }

    @Override
    public Set<UUID> users() {
      return cache.users();
    }

    @Override
    public void activeUsers(List<UUID> asked, Set<UUID> active) {
      cache.correctUsers(asked, active);
    }
  }
}
