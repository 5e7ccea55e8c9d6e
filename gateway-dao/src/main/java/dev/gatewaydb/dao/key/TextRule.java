package dev.gatewaydb.dao.key;

import java.util.List;

/** What people's texts must be, so that every terminal and log can show them. */
final class TextRule {
  private TextRule() {}

  /** What is wrong with a text; empty when nothing is. */
  static List<String> faults(String subject, String text, int longest) {
    if (text.isBlank()) {
      return List.of(subject + " is empty");
    }
    int length = text.codePointCount(0, text.length());
    if (length > longest) {
      return List.of("%s has %d characters; %d is the most".formatted(subject, length, longest));
    }
    boolean plain = text.codePoints().allMatch(TextRule::isPlain);
    return plain
        ? List.of()
        : List.of(subject + " holds control or formatting characters, or half a character");
  }

  private static boolean isPlain(int c) {
    return switch (Character.getType(c)) {
      // Format characters include those that turn the direction of what follows.
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          false;
      default -> true;
    };
  }
}
