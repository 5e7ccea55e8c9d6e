package dev.gatewaydb.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The text of a {@code .env} file, as shells and most other readers take it; docs/cli.md has the
 * rules, docs/decisions/dotenv.md the reason for reading it ourselves.
 *
 * @param lines where each name was set last
 * @param faults each with its line's number and never its text, which may be a password
 */
record DotEnvText(Map<String, String> values, Map<String, Integer> lines, List<String> faults) {
  private static final Pattern START =
      Pattern.compile("\\h*(?:export\\h+)?([A-Za-z_][A-Za-z0-9_.-]*)\\h*=\\h*");
  private static final Pattern UNQUOTED = Pattern.compile("[^\\n]*?(?=\\h#|\\n|\\z)");
  private static final Pattern SINGLE = Pattern.compile("'([^']*)'");
  private static final Pattern DOUBLE =
      Pattern.compile("\"([^\"\\\\]*+(?:\\\\.[^\"\\\\]*+)*+)\"", Pattern.DOTALL);
  private static final Pattern REST = Pattern.compile("\\h*(?:#[^\\n]*)?(?:\\n|\\z)");
  private static final Pattern ESCAPE = Pattern.compile("\\\\([nrt\"\\\\$])");

  static DotEnvText parse(String text) {
    return new Reader(text).read();
  }

  private static final class Reader {
    private final String text;
    private final Map<String, String> values = new HashMap<>();
    private final Map<String, Integer> lines = new HashMap<>();
    private final List<String> faults = new ArrayList<>();
    private int position;
    private int line = 1;
    private int lineCountedTo;

    Reader(String raw) {
      text = raw.replace("\r\n", "\n").replaceFirst("^\uFEFF", "");
    }

    DotEnvText read() {
      while (position < text.length()) {
        if (take(REST).isEmpty()) {
          line +=
              (int) text.substring(lineCountedTo, position).chars().filter(c -> c == '\n').count();
          lineCountedTo = position;
          assignment();
        }
      }
      return new DotEnvText(values, lines, faults);
    }

    private void assignment() {
      Optional<Matcher> start = take(START);
      if (start.isEmpty()) {
        fault("is not NAME=value or a comment");
        return;
      }
      Optional<String> value = value();
      if (value.isEmpty()) {
        fault("opens a quote that is never closed");
      } else if (take(REST).isEmpty()) {
        fault("goes on after the closing quote");
      } else {
        values.put(start.get().group(1), value.get());
        lines.put(start.get().group(1), line);
      }
    }

    private Optional<String> value() {
      char first = position < text.length() ? text.charAt(position) : '\n';
      return switch (first) {
        case '\'' -> take(SINGLE).map(m -> m.group(1));
        case '"' -> take(DOUBLE).map(m -> unescaped(m.group(1)));
        case '#' -> Optional.of("");
        default -> take(UNQUOTED).map(m -> m.group().strip());
      };
    }

    private static String unescaped(String quoted) {
      return ESCAPE
          .matcher(quoted)
          .replaceAll(
              m ->
                  Matcher.quoteReplacement(
                      switch (m.group(1)) {
                        case "n" -> "\n";
                        case "r" -> "\r";
                        case "t" -> "\t";
                        default -> m.group(1);
                      }));
    }

    private Optional<Matcher> take(Pattern pattern) {
      Matcher matcher = pattern.matcher(text).region(position, text.length());
      if (!matcher.lookingAt()) {
        return Optional.empty();
      }
      position = matcher.end();
      return Optional.of(matcher);
    }

    /** Goes on with the next line, so that one run reports them all. */
    private void fault(String what) {
      faults.add("line %d %s".formatted(line, what));
      int end = text.indexOf('\n', position);
      position = end < 0 ? text.length() : end + 1;
    }
  }
}
