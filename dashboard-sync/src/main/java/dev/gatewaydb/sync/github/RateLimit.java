package dev.gatewaydb.sync.github;

import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * Tells a rate limit from other refusals, as GitHub documents it: status 403 or 429 with {@code
 * x-ratelimit-remaining: 0}, or a secondary limit, whose answer says so in words. See
 * docs.github.com, "Rate limits for the REST API".
 */
final class RateLimit {
  private static final int FORBIDDEN = 403;
  private static final int TOO_MANY_REQUESTS = 429;

  /** What the documentation asks for where no header says how long. */
  private static final Duration UNTOLD = Duration.ofMinutes(1);

  private RateLimit() {}

  /** How long to wait; empty when the answer is no rate limit. */
  static Optional<Duration> waitAskedFor(HttpResponse<byte[]> response) {
    int status = response.statusCode();
    if (status != FORBIDDEN && status != TOO_MANY_REQUESTS) {
      return Optional.empty();
    }
    Optional<Long> after = number(response, "retry-after");
    if (after.isPresent()) {
      return after.map(Duration::ofSeconds);
    }
    if (number(response, "x-ratelimit-remaining").filter(left -> left == 0).isPresent()) {
      return Optional.of(
          number(response, "x-ratelimit-reset").map(RateLimit::until).orElse(UNTOLD));
    }
    return status == TOO_MANY_REQUESTS || isSecondary(response)
        ? Optional.of(UNTOLD)
        : Optional.empty();
  }

  static boolean isSecondary(HttpResponse<byte[]> response) {
    return new String(response.body(), StandardCharsets.UTF_8)
        .toLowerCase(Locale.ROOT)
        .contains("secondary rate limit");
  }

  private static Duration until(long epochSecond) {
    Duration left = Duration.between(Instant.now(), Instant.ofEpochSecond(epochSecond));
    return left.isNegative() ? Duration.ZERO : left.plusSeconds(1);
  }

  private static Optional<Long> number(HttpResponse<byte[]> response, String header) {
    return response
        .headers()
        .firstValue(header)
        .filter(value -> value.matches("\\d{1,12}"))
        .map(Long::valueOf);
  }
}
