package dev.gatewaydb.cli;

import dev.gatewaydb.dao.usage.KeyLimits;
import dev.gatewaydb.dao.usage.Tier;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Tier and limits of a key; {@code tier} instead of a number takes the tier's. */
final class KeyLimitOptions {
  private static final String OF_THE_TIER = "tier";

  @Option(
      names = "--tier",
      paramLabel = "TIER",
      description = "free, pro or scale; decides the limits that aren't set.")
  private @Nullable Tier tier;

  @Option(
      names = "--rate-limit",
      paramLabel = "N",
      description = "Requests per minute, or 'tier' for the tier's.")
  private String rateLimit = "";

  @Option(
      names = "--burst",
      paramLabel = "N",
      description = "Requests at once above the steady rate, or 'tier'.")
  private String burst = "";

  @Option(
      names = "--quota",
      paramLabel = "N",
      description = "Requests per calendar month in UTC, or 'tier'.")
  private String quota = "";

  boolean isEmpty() {
    return tier == null && rateLimit.isEmpty() && burst.isEmpty() && quota.isEmpty();
  }

  KeyLimits appliedTo(KeyLimits limits) {
    return limits
        .withTier(tier == null ? limits.tier() : tier)
        .withRateLimitPerMinute(
            number("--rate-limit", rateLimit, limits.rateLimitPerMinute(), Integer::valueOf))
        .withBurst(number("--burst", burst, limits.burst(), Integer::valueOf))
        .withMonthlyQuota(number("--quota", quota, limits.monthlyQuota(), Long::valueOf));
  }

  private static <N> Optional<N> number(
      String option, String text, Optional<N> unless, Function<String, N> parser) {
    if (text.isEmpty()) {
      return unless;
    }
    if (text.equals(OF_THE_TIER)) {
      return Optional.empty();
    }
    try {
      return Optional.of(parser.apply(text));
    } catch (NumberFormatException e) {
      throw new ConfigurationException(
          option + " takes a whole number that is not too large, or 'tier'", "");
    }
  }
}
