package dev.gatewaydb.migrator.layout;

import java.util.Locale;
import java.util.StringJoiner;

/**
 * From a version that is text to Flyway's, which is numbers separated by dots. A run of digits is
 * one number, any other character its code point, and a separator between numbers nothing: {@code
 * 001} is 1, {@code 2024-01-02} is 2024.1.2, {@code 7b} is 7.98. That keeps the order of texts of
 * one form; {@link PlainLayout} refuses a folder where it doesn't.
 */
final class TextVersion {
  /** Flyway's column. */
  static final int LONGEST = 50;

  private TextVersion() {}

  static String toNumbers(String text) {
    StringJoiner numbers = new StringJoiner(".");
    int at = 0;
    while (at < text.length()) {
      int end = endOfDigits(text, at);
      if (end > at) {
        numbers.add(withoutZeros(text.substring(at, end)));
        at = end;
      } else {
        int character = text.codePointAt(at);
        int next = at + Character.charCount(character);
        boolean separates = at > 0 && isDigit(text, at - 1) && isDigit(text, next);
        if (!separates || (character != '-' && character != '.')) {
          numbers.add(String.format(Locale.ROOT, "%d", character));
        }
        at = next;
      }
    }
    return numbers.toString();
  }

  private static int endOfDigits(String text, int start) {
    int end = start;
    while (isDigit(text, end)) {
      end++;
    }
    return end;
  }

  private static boolean isDigit(String text, int at) {
    return at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9';
  }

  private static String withoutZeros(String digits) {
    return digits.replaceFirst("^0+(?=.)", "");
  }
}
