package dev.gatewaydb.sync.github;

import java.time.Duration;

/**
 * Limits on one request.
 *
 * @param timeout until its answer is there completely
 * @param tries how often a request that is safe to repeat is sent, at least 1
 * @param pause before the second try; twice as long before each further one
 * @param patience the longest wait that a rate limit may ask for; one that asks for more fails at
 *     once, 0 for any
 */
public record RequestLimits(Duration timeout, int tries, Duration pause, Duration patience) {
  /** 30 s, 3 tries from half a second on, and 90 s for rate limits. */
  public static final RequestLimits DEFAULT =
      new RequestLimits(Duration.ofSeconds(30), 3, Duration.ofMillis(500), Duration.ofSeconds(90));
}
