package dev.gatewaydb.cli;

import dev.gatewaydb.cli.config.LongDuration;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine;

/** Durations in options that may be long: {@code 90d}, {@code 12h}; 0 needs no unit. */
final class DaysConverter implements CommandLine.ITypeConverter<Duration> {
  @Override
  public Duration convert(String value) {
    return (value.equals("0") ? Optional.of(Duration.ZERO) : LongDuration.parse(value))
        .filter(duration -> !duration.isNegative())
        .orElseThrow(
            () ->
                new CommandLine.TypeConversionException(
                    "'%s' is not a duration such as 90d, 12h or 30m".formatted(value)));
  }
}
