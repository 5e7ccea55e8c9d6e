package dev.gatewaydb.sync.initsql;

import java.util.Arrays;
import java.util.List;

/** Pieces of SQL text. */
final class Sql {
  private Sql() {}

  static String literal(String value) {
    String doubled = value.replace("'", "''");
    // What works whatever standard_conforming_strings says.
    return value.contains("\\") ? "E'" + doubled.replace("\\", "\\\\") + "'" : "'" + doubled + "'";
  }

  /** In dollar quotes whose tag is not in the text. */
  static String dollarQuoted(String tag, String text) {
    String quote = "$" + tag + "$";
    for (int i = 1; text.contains(quote); i++) {
      quote = "$" + tag + i + "$";
    }
    return quote + text + quote;
  }

  /** From {@code a=1, b=x} to {@code a = '1', b = 'x'}, as WITH and SET want it. */
  static List<String> options(String text, String prefix) {
    return Arrays.stream(text.split(", ", -1))
        .map(
            option -> {
              int equals = option.indexOf('=');
              return equals < 0
                  ? prefix + option
                  : prefix
                      + option.substring(0, equals)
                      + " = "
                      + literal(option.substring(equals + 1));
            })
        .toList();
  }

  static String stripped(String definition) {
    String text = definition.strip();
    return text.endsWith(";") ? text.substring(0, text.length() - 1) : text;
  }

  static String quoted(String name) {
    return "\"" + name.replace("\"", "\"\"") + "\"";
  }

  /** From a name as SQL writes it. */
  static String unquoted(String name) {
    return name.startsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name;
  }
}
