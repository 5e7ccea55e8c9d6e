package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.connect.GoDuration;
import java.time.Duration;
import picocli.CommandLine;

/** Durations in options: {@code 2s}, {@code 500ms}, {@code 1h30m}; 0 needs no unit. */
final class DurationConverter implements CommandLine.ITypeConverter<Duration> {
  @Override
  public Duration convert(String value) {
    return (value.equals("0") ? java.util.Optional.of(Duration.ZERO) : GoDuration.parse(value))
        .filter(duration -> !duration.isNegative())
        .orElseThrow(
            () ->
                new CommandLine.TypeConversionException(
                    "'%s' is not a duration such as 2s, 500ms or 1h30m".formatted(value)));
  }
}
