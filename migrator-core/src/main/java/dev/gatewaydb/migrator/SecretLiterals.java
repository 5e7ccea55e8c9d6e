package dev.gatewaydb.migrator;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** The string literals of a statement that follow the word PASSWORD, in any way to quote one. */
record SecretLiterals(List<String> literals) {
  private static final Pattern AFTER_PASSWORD =
      Pattern.compile(
          "(?is)password['\"]?[\\s:=>,]*"
              + "(?:E'(?<escaped>(?:[^'\\\\]|''|\\\\.)*+)'?"
              + "|(?:U&)?'(?<plain>(?:[^']|'')*+)'?"
              + "|(?<tag>\\$\\w*\\$)(?<dollar>.*?)(?:\\k<tag>|\\z))");

  static SecretLiterals in(String statement) {
    return new SecretLiterals(
        AFTER_PASSWORD
            .matcher(statement)
            .results()
            .map(SecretLiterals::content)
            .filter(literal -> !literal.isBlank())
            .toList());
  }

  private static String content(MatchResult match) {
    for (String form : List.of("escaped", "plain", "dollar")) {
      if (match.group(form) != null) {
        return match.group(form);
      }
    }
    return "";
  }

  boolean isEmpty() {
    return literals.isEmpty();
  }

  /** The statement, or a message about it. */
  String redactIn(String text) {
    String redacted = text;
    for (String literal : literals) {
      redacted = redacted.replace(literal, "***");
    }
    return redacted;
  }
}
