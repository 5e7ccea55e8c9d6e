package dev.gatewaydb.migrator.layout;

import dev.gatewaydb.migrator.error.ConfigurationException;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoField;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The version that comes after the newest one, written as that one is. */
final class Numbering {
  private static final Times SECONDS = new Times("uuuuMMddHHmmss", ChronoUnit.SECONDS);
  private static final List<Times> TIMES =
      List.of(
          SECONDS,
          new Times("uuuuMMddHHmm", ChronoUnit.MINUTES),
          new Times("uuuuMMdd", ChronoUnit.DAYS),
          new Times("uuuu-MM-dd", ChronoUnit.DAYS));

  /** What {@code migrate create -format unix} writes; from 2001 to 2286. */
  private static final String UNIX_TIME = "[1-9][0-9]{9}";

  private Numbering() {}

  private record Times(String pattern, ChronoUnit step) {
    /** The time that a version says; empty for a number that merely has as many digits. */
    Optional<LocalDateTime> parse(String version) {
      try {
        LocalDateTime time = LocalDateTime.parse(version, format());
        return Optional.of(time).filter(t -> t.getYear() >= 1990 && t.getYear() < 2200);
      } catch (DateTimeParseException e) {
        return Optional.empty();
      }
    }

    String after(LocalDateTime newest, LocalDateTime now) {
      LocalDateTime next = newest.plus(1, step);
      return format().format(next.isAfter(now) ? next : now);
    }

    private DateTimeFormatter format() {
      return new DateTimeFormatterBuilder()
          .appendPattern(pattern)
          .parseDefaulting(ChronoField.HOUR_OF_DAY, 0)
          .toFormatter(Locale.ROOT);
    }
  }

  /**
   * @param newest empty in an empty folder, where the time in UTC to the second is the version
   */
  static String next(Optional<String> newest, Instant now) {
    LocalDateTime time = LocalDateTime.ofInstant(now, ZoneOffset.UTC).withNano(0);
    if (newest.isEmpty()) {
      return SECONDS.format().format(time);
    }
    String version = newest.get();
    for (Times times : TIMES) {
      Optional<LocalDateTime> said = times.parse(version);
      if (said.isPresent()) {
        return times.after(said.get(), time);
      }
    }
    if (version.matches(UNIX_TIME)) {
      return Long.toString(Math.max(Long.parseLong(version) + 1, now.getEpochSecond()));
    }
    if (!version.matches("[0-9]+")) {
      throw new ConfigurationException(
          "the newest version, %s, is neither a time nor a number".formatted(version),
          "Name the file by hand, in this folder's own numbering.");
    }
    String next = new BigInteger(version).add(BigInteger.ONE).toString();
    return "0".repeat(Math.max(0, version.length() - next.length())) + next;
  }
}
