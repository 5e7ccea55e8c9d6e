package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.usage.LocalRateLimiter;
import dev.gatewaydb.dao.usage.RateLimiter;
import dev.gatewaydb.dao.usage.TierLimits;
import dev.gatewaydb.dao.usage.UsageRecorder;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** How an {@link ApiKeyAuthenticator} works; every method returns this. */
public final class AuthenticatorOptions {
  private static final int LARGEST_CACHE = 10_000_000;
  private static final int MOST_QUERIES = 100_000;

  final DataSource dataSource;
  KeyHasher hasher = KeyHasher.PLAIN;
  @Nullable DataSource listenerSource;
  TierLimits limits = TierLimits.DEFAULT;
  @Nullable RateLimiter rateLimiter;
  @Nullable UsageRecorder usage;
  boolean countsUsage = true;
  MeterRegistry meters = new CompositeMeterRegistry();
  int cachedKeys = 100_000;
  int cachedUnknownKeys = 10_000;
  int unknownKeyQueriesPerSecond = 200;
  // Tests make time pass.
  LongSupplier nanoTime = System::nanoTime;

  AuthenticatorOptions(DataSource dataSource) {
    this.dataSource = dataSource;
    this.listenerSource = dataSource;
  }

  /** How keys are hashed; {@link KeyHasher#PLAIN} by default. */
  public AuthenticatorOptions hasher(KeyHasher value) {
    hasher = value;
    return this;
  }

  /**
   * Where the listener gets its connection, one, which it keeps for good and never gives back. By
   * default the data source itself; give another where that goes through a pooler (such as
   * PgBouncer) or to a standby.
   */
  public AuthenticatorOptions listenOn(DataSource direct) {
    listenerSource = direct;
    return this;
  }

  /** No listener: each key is confirmed every 2 seconds instead. */
  public AuthenticatorOptions withoutListener() {
    listenerSource = null;
    return this;
  }

  /** What each tier allows; {@link TierLimits#DEFAULT} by default. */
  public AuthenticatorOptions limits(TierLimits value) {
    limits = value;
    return this;
  }

  /** Where rate limits are kept; by default in memory. The caller closes it. */
  public AuthenticatorOptions rateLimiter(RateLimiter value) {
    rateLimiter = value;
    return this;
  }

  /** What counts requests; by default one of its own. The caller closes it. */
  public AuthenticatorOptions usage(UsageRecorder value) {
    usage = value;
    countsUsage = true;
    return this;
  }

  /** Counts nothing, so that quotas aren't enforced either. */
  public AuthenticatorOptions withoutUsage() {
    usage = null;
    countsUsage = false;
    return this;
  }

  /** Where {@code gwdb.keys.*} and {@code gwdb.usage.*} are measured; nowhere by default. */
  public AuthenticatorOptions meters(MeterRegistry value) {
    meters = value;
    return this;
  }

  /** How many keys are kept in memory, 1 to 10,000,000, of about 1 kB each; 100,000 by default. */
  public AuthenticatorOptions cachedKeys(int value) {
    cachedKeys = required(value, LARGEST_CACHE);
    return this;
  }

  /** How many texts that are no keys are remembered as such, 1 to 10,000,000; 10,000 by default. */
  public AuthenticatorOptions cachedUnknownKeys(int value) {
    cachedUnknownKeys = required(value, LARGEST_CACHE);
    return this;
  }

  /**
   * How many queries a second may be made for what turns out to be no key, 1 to 100,000; 200 by
   * default. Beyond that, keys that aren't in memory are answered with {@link
   * DenialReason#UNAVAILABLE}.
   */
  public AuthenticatorOptions unknownKeyQueriesPerSecond(int value) {
    unknownKeyQueriesPerSecond = required(value, MOST_QUERIES);
    return this;
  }

  private static int required(int value, int most) {
    if (value < 1 || value > most) {
      throw new IllegalArgumentException("%d is not 1 to %d".formatted(value, most));
    }
    return value;
  }

  /** Starts it. It connects in the background, so that a database that is away is no error here. */
  public ApiKeyAuthenticator start() {
    RateLimiter limiter = rateLimiter == null ? new LocalRateLimiter() : rateLimiter;
    UsageRecorder own =
        countsUsage && usage == null
            ? UsageRecorder.start(dataSource, UsageRecorder.DEFAULT_INTERVAL, meters)
            : null;
    return new ApiKeyAuthenticator(this, limiter, own);
  }
}
