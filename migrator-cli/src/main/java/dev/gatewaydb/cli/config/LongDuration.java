package dev.gatewaydb.cli.config;

import dev.gatewaydb.migrator.connect.GoDuration;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations that may be long: {@code 90d}, or as {@link GoDuration} takes them. */
public final class LongDuration {
  private static final Pattern DAYS = Pattern.compile("(\\d{1,6})d");

  private LongDuration() {}

  /** Reads one; empty for anything else. A day has 24 hours; months and years differ in length. */
  public static Optional<Duration> parse(String text) {
    Matcher days = DAYS.matcher(text);
    return days.matches()
        ? Optional.of(Duration.ofDays(Long.parseLong(days.group(1))))
        : GoDuration.parse(text);
  }
}
