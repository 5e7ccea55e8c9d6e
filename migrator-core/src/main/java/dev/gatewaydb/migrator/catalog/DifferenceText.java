package dev.gatewaydb.migrator.catalog;

/** A difference in words, both sides below each other. */
final class DifferenceText {
  private DifferenceText() {}

  static String of(Difference difference, String expectedName, String actualName) {
    String object = difference.object().toString();
    return switch (difference.change()) {
      case MISSING ->
          "- %s: only in %s\n%s"
              .formatted(object, expectedName, indented("", difference.expected()));
      case EXTRA ->
          "+ %s: only in %s\n%s".formatted(object, actualName, indented("", difference.actual()));
      case CHANGED ->
          "~ %s: %s differs\n%s%s"
              .formatted(
                  object,
                  difference.property(),
                  indented(expectedName, difference.expected()),
                  indented(actualName, difference.actual()));
    };
  }

  private static String indented(String side, String value) {
    if (side.isEmpty()) {
      return value.isEmpty() ? "" : "    " + String.join("\n    ", value.lines().toList()) + "\n";
    }
    if (value.lines().count() <= 1) {
      return "    %s: %s\n".formatted(side, value.isEmpty() ? "(none)" : value.strip());
    }
    return "    %s:\n      %s\n".formatted(side, String.join("\n      ", value.lines().toList()));
  }
}
