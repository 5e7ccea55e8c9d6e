package dev.gatewaydb.dao.usage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a key sets itself; whatever is empty comes from its tier.
 *
 * @param tier decides the rest
 * @param rateLimitPerMinute requests per minute, at least 1
 * @param burst requests at once above the steady rate, at least 1
 * @param monthlyQuota requests per calendar month in UTC, at least 1
 */
public record KeyLimits(
    Tier tier,
    Optional<Integer> rateLimitPerMinute,
    Optional<Integer> burst,
    Optional<Long> monthlyQuota) {
  /** The tier's limits. */
  public static KeyLimits of(Tier tier) {
    return new KeyLimits(tier, Optional.empty(), Optional.empty(), Optional.empty());
  }

  /** With another tier. */
  public KeyLimits withTier(Tier other) {
    return new KeyLimits(other, rateLimitPerMinute, burst, monthlyQuota);
  }

  /** With another rate; empty: the tier's. */
  public KeyLimits withRateLimitPerMinute(Optional<Integer> limit) {
    return new KeyLimits(tier, limit, burst, monthlyQuota);
  }

  /** With another burst; empty: the tier's. */
  public KeyLimits withBurst(Optional<Integer> limit) {
    return new KeyLimits(tier, rateLimitPerMinute, limit, monthlyQuota);
  }

  /** With another quota; empty: the tier's. */
  public KeyLimits withMonthlyQuota(Optional<Long> quota) {
    return new KeyLimits(tier, rateLimitPerMinute, burst, quota);
  }

  /** What is out of range, one line each; empty when all is well. */
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    rateLimitPerMinute
        .filter(limit -> limit < 1)
        .ifPresent(limit -> faults.add("the rate limit per minute is at least 1, not " + limit));
    burst
        .filter(limit -> limit < 1)
        .ifPresent(limit -> faults.add("the burst is at least 1, not " + limit));
    monthlyQuota
        .filter(quota -> quota < 1)
        .ifPresent(quota -> faults.add("the monthly quota is at least 1, not " + quota));
    return faults;
  }
}
