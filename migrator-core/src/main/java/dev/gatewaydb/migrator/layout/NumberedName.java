package dev.gatewaydb.migrator.layout;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file name as sqlx, golang-migrate and others have it: a version, an underscore, words, and for
 * pairs a direction.
 *
 * @param version the text before the first underscore
 * @param direction which way, as far as the name says
 * @param description the words, separated by spaces
 */
record NumberedName(String version, Direction direction, String description) {
  enum Direction {
    UP,
    DOWN,
    UNSAID
  }

  /** golang-migrate takes any ending; of those, SQL is what PostgreSQL can run. */
  private static final Pattern NAME =
      Pattern.compile("([^_]+)_(.*?)(?:\\.(up|down))?\\.(?i:sql)", Pattern.DOTALL);

  static Optional<NumberedName> parse(String fileName) {
    Matcher name = NAME.matcher(fileName);
    if (fileName.startsWith(".") || !name.matches()) {
      return Optional.empty();
    }
    Direction direction =
        name.group(3) == null
            ? Direction.UNSAID
            : name.group(3).equals("up") ? Direction.UP : Direction.DOWN;
    return Optional.of(new NumberedName(name.group(1), direction, name.group(2).replace('_', ' ')));
  }

  boolean hasNumber() {
    return version.matches("[0-9]+");
  }
}
