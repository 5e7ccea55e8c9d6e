package dev.gatewaydb.dao.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class LocalRateLimiterTest {
  private final RateLimiter limiter = new LocalRateLimiter();
  private final UUID key = UUID.randomUUID();

  private int granted(RateLimit limit, int tries) {
    int granted = 0;
    for (int i = 0; i < tries; i++) {
      granted += limiter.tryAcquire(key, limit).isZero() ? 1 : 0;
    }
    return granted;
  }

  @Test
  void grantsTheBurstAndSaysHowLongToWait() {
    RateLimit limit = new RateLimit(1, 5);
    assertThat(granted(limit, 20)).isEqualTo(5);
    assertThat(limiter.tryAcquire(key, limit))
        .isPositive()
        .isLessThanOrEqualTo(Duration.ofMinutes(1));
    assertThat(limiter.tryAcquire(UUID.randomUUID(), limit)).isZero();
  }

  @Test
  void aChangedLimitIsNoWayToAFullBucket() {
    assertThat(granted(new RateLimit(1, 10), 10)).isEqualTo(10);
    assertThat(granted(new RateLimit(1, 100), 10)).isZero();
    assertThat(granted(new RateLimit(1, 10), 10)).isZero();
  }

  @Test
  void extremesAreNoProblem() {
    RateLimit most = new RateLimit(Integer.MAX_VALUE, Integer.MAX_VALUE);
    assertThat(granted(most, 1000)).isEqualTo(1000);
    assertThat(granted(new RateLimit(1, Integer.MAX_VALUE), 1000)).isEqualTo(1000);
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "1, 0", "-1, 1"})
  void refusesLimitsOutOfRange(int perMinute, int burst) {
    assertThatThrownBy(() -> new RateLimit(perMinute, burst))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void tiersDecideWhatTheKeyDoesNot() {
    TierLimits tiers = TierLimits.DEFAULT;
    KeyLimits free = KeyLimits.of(Tier.FREE);
    assertThat(tiers.rate(free)).isEqualTo(new RateLimit(60, 20));
    assertThat(tiers.monthlyQuota(free)).isEqualTo(20_000);
    assertThat(tiers.monthlyQuota(free.withTier(Tier.PRO))).isEqualTo(100_000);
    assertThat(tiers.monthlyQuota(free.withTier(Tier.SCALE))).isEqualTo(2_000_000);
    assertThat(tiers.monthlyQuota(free.withMonthlyQuota(Optional.of(7L)))).isEqualTo(7);
    assertThat(tiers.rate(free.withRateLimitPerMinute(Optional.of(5))))
        .isEqualTo(new RateLimit(5, 5));
    assertThat(tiers.rate(free.withRateLimitPerMinute(Optional.of(600))))
        .isEqualTo(new RateLimit(600, 20));
    assertThat(tiers.rate(free.withBurst(Optional.of(500)))).isEqualTo(new RateLimit(60, 500));
    TierLimits generous =
        tiers.with(Tier.FREE, new TierLimits.Plan(new RateLimit(100, 100), 1_000_000));
    assertThat(generous.monthlyQuota(free)).isEqualTo(1_000_000);
    assertThat(tiers.monthlyQuota(free)).isEqualTo(20_000);
  }
}
