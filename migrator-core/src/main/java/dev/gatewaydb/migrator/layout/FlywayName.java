package dev.gatewaydb.migrator.layout;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A file name of Flyway's scheme: a prefix, a version, two underscores, a description. */
record FlywayName(Kind kind, String version, String description) {
  enum Kind {
    UP,
    DOWN,
    REPEATABLE
  }

  private static final Pattern VERSIONED =
      Pattern.compile("([VU])(\\d+(?:[._]\\d+)*)(?:__(.*))?\\.sql");
  private static final Pattern REPEATABLE = Pattern.compile("R__(.+)\\.sql");

  /** What a reader takes for a migration and Flyway would silently pass over. */
  private static final Pattern NEAR_MISS = Pattern.compile("(?i)[VU]\\d.*\\.sql|R__.*\\.sql");

  private static final Pattern MEANT =
      Pattern.compile("(?i)([VUR])(\\d+(?:[._]\\d+)*|)[^a-z0-9]*(.*)\\.sql");

  static Optional<FlywayName> parse(String fileName) {
    Matcher versioned = VERSIONED.matcher(fileName);
    if (versioned.matches()) {
      Kind kind = versioned.group(1).equals("V") ? Kind.UP : Kind.DOWN;
      String description = versioned.group(3) == null ? "" : versioned.group(3);
      return Optional.of(new FlywayName(kind, dotted(versioned.group(2)), words(description)));
    }
    Matcher repeatable = REPEATABLE.matcher(fileName);
    if (repeatable.matches()) {
      return Optional.of(new FlywayName(Kind.REPEATABLE, "", words(repeatable.group(1))));
    }
    return Optional.empty();
  }

  static boolean looksLikeMigration(String fileName) {
    return NEAR_MISS.matcher(fileName).matches();
  }

  /** The name that a near miss was probably meant to have. */
  static String corrected(String fileName) {
    Matcher near = MEANT.matcher(fileName);
    if (!near.matches()) {
      return "V1__what_it_does.sql";
    }
    String words = near.group(3).isEmpty() ? "what_it_does" : near.group(3);
    return "%s__%s.sql".formatted(near.group(1).toUpperCase(Locale.ROOT) + near.group(2), words);
  }

  private static String dotted(String version) {
    return version.replace('_', '.');
  }

  private static String words(String description) {
    return description.replace('_', ' ');
  }
}
