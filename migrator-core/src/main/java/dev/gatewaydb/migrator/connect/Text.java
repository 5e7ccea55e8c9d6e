package dev.gatewaydb.migrator.connect;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** What may be shown on a terminal, and how names are compared. */
public final class Text {
  private static final int SHOWN_LENGTH = 200;
  private static final int NEAR = 3;

  private Text() {}

  /** Without line breaks, escape sequences and invisible characters. */
  static boolean isPlain(String text) {
    return text.codePoints().noneMatch(Text::isInvisible);
  }

  private static boolean isInvisible(int character) {
    return switch (Character.getType(character)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          true;
      // What the JVM gives for bytes that its locale can't decode: the real value is lost.
      default -> character == 0xFFFD;
    };
  }

  /** One harmless line of at most 200 characters. */
  public static String line(String text) {
    StringBuilder line = new StringBuilder();
    text.codePoints()
        .limit(SHOWN_LENGTH)
        .forEach(c -> line.appendCodePoint(isInvisible(c) ? ' ' : c));
    String shown = line.toString().strip().replaceAll(" {2,}", " ");
    return text.codePointCount(0, text.length()) > SHOWN_LENGTH ? shown + "…" : shown;
  }

  /**
   * The candidate that {@code text} is most likely a slip for.
   *
   * @return empty when none is within three edits, or half of the candidate's length
   */
  public static Optional<String> nearest(String text, Collection<String> candidates) {
    if (text.length() > 64) {
      return Optional.empty();
    }
    return candidates.stream()
        .min(Comparator.comparingInt(candidate -> distance(text, candidate)))
        .filter(candidate -> distance(text, candidate) <= Math.min(NEAR, candidate.length() / 2));
  }

  /** Edit distance: insertions, deletions and substitutions. */
  private static int distance(String from, String to) {
    int[] row = new int[to.length() + 1];
    for (int j = 0; j <= to.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= from.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= to.length(); j++) {
        int substituted = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[to.length()];
  }
}
