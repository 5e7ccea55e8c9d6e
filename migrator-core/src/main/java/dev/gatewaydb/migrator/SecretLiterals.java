package dev.gatewaydb.migrator;

import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * What a statement holds that may be secret: literals after the word PASSWORD in any way to quote
 * them, and the passwords of connection strings and URLs.
 */
record SecretLiterals(List<String> literals) {
  private static final Pattern AFTER_PASSWORD =
      Pattern.compile(
          "(?is)password['\"]?[\\s:=>,]*"
              + "(?:E'(?<escaped>(?:[^'\\\\]|''|\\\\.)*+)'?"
              + "|(?:U&)?'(?<plain>(?:[^']|'')*+)'?"
              + "|(?<==)(?<bare>[^\\s'\";]++)"
              + "|(?<tag>\\$\\w*\\$)(?<dollar>.*?)(?:\\k<tag>|\\z))"
              + "|://[^:@/\\s']*:(?<url>[^@/\\s']++)@");

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
    for (String form : List.of("escaped", "plain", "bare", "dollar", "url")) {
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
