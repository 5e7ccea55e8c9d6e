package dev.gatewaydb.dao.key;

import dev.gatewaydb.dao.InvalidInputException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A place in a list of keys: after this one. Its text is for handing around, not for reading.
 *
 * @param created of the last key that was listed
 * @param id of the last key that was listed
 */
public record PageToken(Instant created, UUID id) {
  private static final Pattern FORM =
      Pattern.compile(
          "(\\d{1,12})\\.(\\d{6})\\."
              + "([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})");
  private static final int NANOS_IN_MICRO = 1000;

  /**
   * Reads the text of one.
   *
   * @throws InvalidInputException when it isn't what {@link #toString} gave
   */
  public static PageToken parse(String text) {
    Matcher parts = FORM.matcher(text);
    if (!parts.matches()) {
      throw new InvalidInputException("this is not where a list went on");
    }
    try {
      Instant created =
          Instant.ofEpochSecond(
              Long.parseLong(parts.group(1)), Long.parseLong(parts.group(2)) * NANOS_IN_MICRO);
      return new PageToken(created, UUID.fromString(parts.group(3)));
    } catch (DateTimeException e) {
      throw new InvalidInputException("this is not where a list went on");
    }
  }

  @Override
  public String toString() {
    return "%d.%06d.%s".formatted(created.getEpochSecond(), created.getNano() / NANOS_IN_MICRO, id);
  }
}
