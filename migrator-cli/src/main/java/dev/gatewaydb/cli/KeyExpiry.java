package dev.gatewaydb.cli;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.function.Function;
import picocli.CommandLine;

/** When a key shall expire, counted from the database's clock: {@code 90d}, a moment, never. */
record KeyExpiry(Function<Instant, Optional<Instant>> from) {
  static final class Converter implements CommandLine.ITypeConverter<KeyExpiry> {
    @Override
    public KeyExpiry convert(String value) {
      if (value.equals("never")) {
        return new KeyExpiry(now -> Optional.empty());
      }
      try {
        Instant end =
            value.contains("T")
                ? OffsetDateTime.parse(value).toInstant()
                : LocalDate.parse(value).atStartOfDay(ZoneOffset.UTC).toInstant();
        return new KeyExpiry(now -> Optional.of(end));
      } catch (DateTimeException notAMoment) {
        return new KeyExpiry(now -> Optional.of(now.plus(duration(value))));
      }
    }

    private static Duration duration(String value) {
      try {
        return new DaysConverter().convert(value);
      } catch (CommandLine.TypeConversionException e) {
        throw new CommandLine.TypeConversionException(
            "'%s' is not a duration (90d), a date (2027-01-31), a moment (2027-01-31T12:00:00Z) or 'never'"
                .formatted(value));
      }
    }
  }
}
