package dev.gatewaydb.migrator.connect;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as Go writes them ({@code 1h30m}, {@code 500ms}, {@code 1.5h}) or as ISO 8601 does. */
public final class GoDuration {
  private static final Pattern PART =
      Pattern.compile("([0-9]{1,12}(?:\\.[0-9]{1,9})?)(ns|us|µs|ms|s|m|h)");
  private static final Pattern WHOLE = Pattern.compile("-?(?:" + PART.pattern() + ")+");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "ns", Duration.ofNanos(1),
          "us", Duration.ofNanos(1_000),
          "µs", Duration.ofNanos(1_000),
          "ms", Duration.ofMillis(1),
          "s", Duration.ofSeconds(1),
          "m", Duration.ofMinutes(1),
          "h", Duration.ofHours(1));
  private static final int MAX_LENGTH = 64;

  private GoDuration() {}

  /** Reads one; empty for anything else, units left out included. A minus sign is understood. */
  public static Optional<Duration> parse(String text) {
    if (text.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    try {
      return WHOLE.matcher(text).matches()
          ? Optional.of(sum(text))
          : text.startsWith("P") || text.startsWith("-P")
              ? Optional.of(Duration.parse(text))
              : Optional.empty();
    } catch (DateTimeParseException | ArithmeticException e) {
      return Optional.empty();
    }
  }

  /** In the largest unit that leaves no rest: {@code 90s}, {@code 30m}, {@code 168h}. */
  public static String format(Duration duration) {
    if (!duration.isZero() && duration.equals(Duration.ofHours(duration.toHours()))) {
      return duration.toHours() + "h";
    }
    if (!duration.isZero() && duration.equals(Duration.ofMinutes(duration.toMinutes()))) {
      return duration.toMinutes() + "m";
    }
    return duration.equals(Duration.ofSeconds(duration.toSeconds()))
        ? duration.toSeconds() + "s"
        : duration.toMillis() + "ms";
  }

  private static Duration sum(String text) {
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      Duration unit = UNITS.getOrDefault(part.group(2), Duration.ZERO);
      BigDecimal nanos = new BigDecimal(part.group(1)).multiply(BigDecimal.valueOf(unit.toNanos()));
      sum = sum.plusNanos(nanos.toBigInteger().longValueExact());
    }
    return text.startsWith("-") ? sum.negated() : sum;
  }
}
