package dev.gatewaydb.dao.usage;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.TokensInheritanceStrategy;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Token buckets in this process's memory: each instance of a service grants the whole limit. A
 * bucket that is not used until it would be full again is forgotten.
 */
public final class LocalRateLimiter implements RateLimiter {
  private static final long MOST_KEYS = 1_000_000;

  private record Allowance(RateLimit limit, Bucket bucket) {}

  // The cache's upkeep takes a microsecond; waking another thread for it takes longer.
  private final Cache<UUID, Allowance> allowances =
      Caffeine.newBuilder()
          .executor(Runnable::run)
          .maximumSize(MOST_KEYS)
          .expireAfter(Expiry.<UUID, Allowance>accessing((key, each) -> timeToRefill(each.limit())))
          .build();

  static BucketConfiguration configuration(RateLimit limit) {
    return BucketConfiguration.builder()
        .addLimit(
            bandwidth ->
                bandwidth
                    .capacity(limit.burst())
                    .refillGreedy(limit.perMinute(), Duration.ofMinutes(1)))
        .build();
  }

  static Duration timeToRefill(RateLimit limit) {
    return Duration.ofSeconds(60L * limit.burst() / limit.perMinute() + 1);
  }

  @Override
  public Duration tryAcquire(UUID keyId, RateLimit limit) {
    @Nullable Allowance allowance = allowances.getIfPresent(keyId);
    if (allowance == null || !allowance.limit().equals(limit)) {
      allowance = allowances.asMap().compute(keyId, (id, present) -> adjusted(present, limit));
    }
    Bucket bucket = allowance.bucket();
    return bucket.tryConsume(1)
        ? Duration.ZERO
        : Duration.ofNanos(bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill());
  }

  /** A changed limit must not be a way to a full bucket. */
  private static Allowance adjusted(@Nullable Allowance present, RateLimit limit) {
    if (present == null) {
      return new Allowance(limit, bucket(limit));
    }
    if (!present.limit().equals(limit)) {
      present
          .bucket()
          .replaceConfiguration(configuration(limit), TokensInheritanceStrategy.PROPORTIONALLY);
    }
    return new Allowance(limit, present.bucket());
  }

  private static Bucket bucket(RateLimit limit) {
    return Bucket.builder().addLimit(configuration(limit).getBandwidths()[0]).build();
  }
}
