package dev.gatewaydb.migrator.check;

import dev.gatewaydb.migrator.catalog.Difference;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Differences that somebody doesn't want to hear of, by patterns in which {@code *} stands for any
 * text and {@code ?} for one character: {@code public.tmp_*}, {@code index *}, {@code *: comment}.
 * A pattern is compared with {@code NAME}, {@code KIND NAME} and {@code KIND NAME: PROPERTY}; a
 * table's includes its parts.
 */
final class IgnorePatterns implements Predicate<Difference> {
  private final List<Pattern> patterns = new ArrayList<>();

  /**
   * @throws ConfigurationException for an empty one
   */
  IgnorePatterns(List<String> globs) {
    for (String glob : globs) {
      if (glob.isBlank()) {
        throw new ConfigurationException(
            "a pattern of what to ignore is empty", "'*' would ignore everything.");
      }
      patterns.add(pattern(glob.strip()));
    }
  }

  private static Pattern pattern(String glob) {
    StringBuilder regex = new StringBuilder();
    for (int c : glob.codePoints().toArray()) {
      switch (c) {
        case '*' -> regex.append(".*");
        case '?' -> regex.append('.');
        default -> regex.append(Pattern.quote(Character.toString(c)));
      }
    }
    // What belongs to a named object follows its name after a dot.
    return Pattern.compile("(?s)" + regex + "(?:\\..*)?");
  }

  @Override
  public boolean test(Difference difference) {
    String name = difference.object().name();
    String whole = difference.object().toString();
    return patterns.stream()
        .anyMatch(
            pattern ->
                pattern.matcher(name).matches()
                    || pattern.matcher(whole).matches()
                    || pattern.matcher(whole + ": " + difference.property()).matches());
  }
}
