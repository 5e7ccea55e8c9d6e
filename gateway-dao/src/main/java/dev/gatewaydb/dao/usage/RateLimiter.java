package dev.gatewaydb.dao.usage;

import java.time.Duration;
import java.util.UUID;

/** Decides whether one more request of a key is within its rate. Safe for many threads. */
public interface RateLimiter extends AutoCloseable {
  /**
   * Takes one request from the key's allowance if there is one. Never throws for reasons of its
   * own: an implementation that can't ask its backend has a stated policy.
   *
   * @param keyId whose allowance
   * @param limit in force at the moment; a changed one takes effect with the next request
   * @return zero when the request may go on, otherwise how long until the next may
   */
  Duration tryAcquire(UUID keyId, RateLimit limit);

  @Override
  default void close() {}
}
