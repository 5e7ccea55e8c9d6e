package dev.gatewaydb.dao.usage;

import dev.gatewaydb.dao.InvalidInputException;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Decides whether one more request of a key is within its rate. Safe for many threads. */
public interface RateLimiter extends AutoCloseable {
  /**
   * In Redis if there is a URL, such as the environment's {@code REDIS_URL}, and in memory if not.
   *
   * @param redisUrl null or empty: none
   * @param whenAway what to do while Redis can't be asked
   * @param meters where {@code gwdb.rate.redis.*} goes
   * @throws InvalidInputException when the URL is none, or Lettuce is not on the class path
   */
  static RateLimiter fromSetting(
      @Nullable String redisUrl, RedisRateLimiter.WhenAway whenAway, MeterRegistry meters) {
    if (redisUrl == null || redisUrl.isBlank()) {
      return new LocalRateLimiter();
    }
    try {
      return RedisRateLimiter.start(redisUrl, whenAway, meters);
    } catch (NoClassDefFoundError e) {
      throw new InvalidInputException(
          "rate limits in Redis need io.lettuce:lettuce-core and com.bucket4j:bucket4j_jdk17-lettuce"
              + " on the class path");
    }
  }

  /**
   * Takes one request from the key's allowance if there is one. Never throws for reasons of its
   * own: an implementation that can't ask its backend has a stated policy.
   *
   * @param keyId whose allowance
   * @param limit in force at the moment; a changed one takes effect with the next request
   * @return zero when the request may go on, otherwise how long until the next may
   */
  Duration tryAcquire(UUID keyId, RateLimit limit);

  /** Lets go of what it holds. */
  @Override
  default void close() {}
}
