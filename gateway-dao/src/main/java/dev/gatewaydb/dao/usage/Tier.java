package dev.gatewaydb.dao.usage;

import dev.gatewaydb.dao.InvalidInputException;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What a key's owner pays for; decides the limits that the key does not set itself. */
public enum Tier {
  /** To try. */
  FREE,
  /** For a product. */
  PRO,
  /** For many products. */
  SCALE;

  /** As it stands in the database. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The tier of that label.
   *
   * @throws InvalidInputException when there is none
   */
  public static Tier of(String label) {
    return Arrays.stream(values())
        .filter(tier -> tier.label().equals(label))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "the tier is one of "
                        + Arrays.stream(values())
                            .map(Tier::label)
                            .collect(Collectors.joining(", "))));
  }
}
