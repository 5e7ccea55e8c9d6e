package dev.gatewaydb.dao.usage;

/**
 * A token bucket's shape: it holds {@code burst} requests and refills steadily.
 *
 * @param perMinute requests that come back each minute, at least 1
 * @param burst requests that may come at once, at least 1
 */
public record RateLimit(int perMinute, int burst) {
  /**
   * Checks the ranges.
   *
   * @throws IllegalArgumentException outside of them
   */
  public RateLimit {
    if (perMinute < 1 || burst < 1) {
      throw new IllegalArgumentException("a rate limit and its burst are at least 1");
    }
  }
}
