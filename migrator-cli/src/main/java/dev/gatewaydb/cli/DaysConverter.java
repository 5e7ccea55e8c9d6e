package dev.gatewaydb.cli;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** Durations that may be long: {@code 90d}, or as {@link DurationConverter} takes them. */
final class DaysConverter implements CommandLine.ITypeConverter<Duration> {
  private static final Pattern DAYS = Pattern.compile("(\\d{1,6})d");

  @Override
  public Duration convert(String value) {
    Matcher days = DAYS.matcher(value);
    if (days.matches()) {
      return Duration.ofDays(Long.parseLong(days.group(1)));
    }
    try {
      return new DurationConverter().convert(value);
    } catch (CommandLine.TypeConversionException e) {
      throw new CommandLine.TypeConversionException(
          "'%s' is not a duration such as 90d, 12h or 30m".formatted(value));
    }
  }
}
