package dev.gatewaydb.dao.usage;

import java.util.EnumMap;
import java.util.Map;

/** What each tier allows. Immutable. */
public final class TierLimits {
  /**
   * The limits of one tier.
   *
   * @param rate how fast
   * @param monthlyQuota requests per calendar month in UTC, at least 1
   */
  public record Plan(RateLimit rate, long monthlyQuota) {
    /**
     * Checks the quota.
     *
     * @throws IllegalArgumentException when it is less than 1
     */
    public Plan {
      if (monthlyQuota < 1) {
        throw new IllegalArgumentException("a monthly quota is at least 1");
      }
    }
  }

  /**
   * Free: 60 a minute, 20 at once, 20,000 a month. Pro: 600, 100, 100,000. Scale: 6,000, 1,000,
   * 2,000,000.
   */
  public static final TierLimits DEFAULT =
      new TierLimits(
          Map.of(
              Tier.FREE, new Plan(new RateLimit(60, 20), 20_000),
              Tier.PRO, new Plan(new RateLimit(600, 100), 100_000),
              Tier.SCALE, new Plan(new RateLimit(6_000, 1_000), 2_000_000)));

  private final EnumMap<Tier, Plan> plans;

  private TierLimits(Map<Tier, Plan> plans) {
    this.plans = new EnumMap<>(plans);
  }

  /** With another plan for one tier. */
  public TierLimits with(Tier tier, Plan plan) {
    Map<Tier, Plan> changed = new EnumMap<>(plans);
    changed.put(tier, plan);
    return new TierLimits(changed);
  }

  /**
   * The rate in force. A key that sets its rate and no burst has the tier's burst, but never more
   * at once than it may send in a minute.
   */
  public RateLimit rate(KeyLimits limits) {
    RateLimit tier = plan(limits).rate();
    int perMinute = limits.rateLimitPerMinute().orElse(tier.perMinute());
    int burst = limits.burst().orElse(Math.min(tier.burst(), perMinute));
    return new RateLimit(perMinute, burst);
  }

  /** The quota in force, in requests per calendar month in UTC. */
  public long monthlyQuota(KeyLimits limits) {
    return limits.monthlyQuota().orElse(plan(limits).monthlyQuota());
  }

  private Plan plan(KeyLimits limits) {
    return java.util.Objects.requireNonNull(plans.get(limits.tier()));
  }
}
