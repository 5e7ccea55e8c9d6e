package dev.gatewaydb.sync.server;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Values as people read them. */
final class Format {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm 'UTC'", Locale.ROOT).withZone(ZoneOffset.UTC);
  private static final double KIB = 1024;

  private Format() {}

  static String time(Instant at) {
    return TIME.format(at);
  }

  static String count(long count, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
  }

  static String number(double number) {
    return String.format(Locale.ROOT, "%,.0f", number);
  }

  static String bytes(double bytes) {
    if (bytes < KIB * KIB) {
      return String.format(Locale.ROOT, "%.0f KiB", bytes / KIB);
    }
    double mib = bytes / (KIB * KIB);
    return mib < KIB
        ? String.format(Locale.ROOT, "%.1f MiB", mib)
        : String.format(Locale.ROOT, "%,.1f GiB", mib / KIB);
  }

  static String duration(Duration duration) {
    long millis = duration.toMillis();
    if (millis < 1_000) {
      return millis + " ms";
    }
    return duration.toMinutes() == 0
        ? String.format(Locale.ROOT, "%.1f s", millis / 1_000.0)
        : rough(duration);
  }

  static String ago(Duration age) {
    return age.toSeconds() < 1 ? "just now" : rough(age) + " ago";
  }

  /** In its largest unit. */
  static String rough(Duration duration) {
    if (duration.toDays() > 0) {
      return count(duration.toDays(), "day", "days");
    }
    if (duration.toHours() > 0) {
      return count(duration.toHours(), "hour", "hours");
    }
    return duration.toMinutes() > 0
        ? count(duration.toMinutes(), "minute", "minutes")
        : count(duration.toSeconds(), "second", "seconds");
  }
}
