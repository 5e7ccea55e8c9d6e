package dev.gatewaydb.sync.initsql;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Splits SQL at semicolons that end statements, with psql's rules for what ends one. */
final class SqlScanner {
  private final String text;
  private final List<Piece> pieces = new ArrayList<>();
  private int at;
  private int line = 1;
  private int start = -1;
  private int startLine;
  private int parentheses;
  private int blocks;
  private boolean innerSemicolon;
  private final List<String> words = new ArrayList<>();

  private SqlScanner(String text) {
    this.text = text;
  }

  /**
   * A statement without its semicolon, or a line that starts with a backslash.
   *
   * @param line of its first character that is no comment, from 1
   */
  record Piece(int line, String text) {
    boolean isCommand() {
      return text.startsWith("\\");
    }
  }

  static List<Piece> split(String text) {
    SqlScanner scanner = new SqlScanner(text);
    scanner.run();
    return scanner.pieces;
  }

  /** Whether there are semicolons, outside of quotes, that end nothing. */
  static boolean hasInnerSemicolon(String statement) {
    SqlScanner scanner = new SqlScanner(statement);
    scanner.run();
    return scanner.innerSemicolon;
  }

  private void run() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (text.startsWith("--", at)) {
        skipTo(endOfLine());
      } else if (text.startsWith("/*", at)) {
        skipComment();
      } else if (c == '\\' && start < 0) {
        int end = endOfLine();
        pieces.add(new Piece(line, text.substring(at, end).strip()));
        skipTo(end);
      } else if (Character.isWhitespace(c) || (c == '\uFEFF' && at == 0)) {
        skipTo(at + 1);
      } else {
        token(c);
      }
    }
    finish();
  }

  private void token(char c) {
    if (c == ';' && parentheses == 0 && blocks == 0) {
      finish();
      skipTo(at + 1);
      return;
    }
    innerSemicolon |= c == ';';
    if (start < 0) {
      start = at;
      startLine = line;
    }
    if (c == '\'') {
      skipQuoted('\'', isEscapeString());
    } else if (c == '"') {
      skipQuoted('"', false);
    } else if (c == '$' && dollarTag() != null) {
      skipDollarQuoted();
    } else if (isWordStart(c)) {
      word();
    } else {
      parentheses += c == '(' ? 1 : c == ')' && parentheses > 0 ? -1 : 0;
      skipTo(at + 1);
    }
  }

  private void finish() {
    if (start >= 0) {
      pieces.add(new Piece(startLine, text.substring(start, at).stripTrailing()));
    }
    start = -1;
    parentheses = 0;
    blocks = 0;
    words.clear();
  }

  private void skipTo(int end) {
    for (; at < end; at++) {
      if (text.charAt(at) == '\n') {
        line++;
      }
    }
  }

  private int endOfLine() {
    int end = text.indexOf('\n', at);
    return end < 0 ? text.length() : end;
  }

  /** PostgreSQL's comments nest. One that never ends is left to the server, which says so. */
  private void skipComment() {
    int opened = at;
    int openedLine = line;
    int depth = 0;
    do {
      if (text.startsWith("/*", at)) {
        depth++;
        skipTo(at + 2);
      } else if (text.startsWith("*/", at)) {
        depth--;
        skipTo(at + 2);
      } else {
        skipTo(at + 1);
      }
    } while (depth > 0 && at < text.length());
    if (depth > 0 && start < 0) {
      start = opened;
      startLine = openedLine;
    }
  }

  private boolean isEscapeString() {
    return at > 0
        && Character.toUpperCase(text.charAt(at - 1)) == 'E'
        && (at < 2 || !isWordPart(text.charAt(at - 2)));
  }

  private void skipQuoted(char quote, boolean backslashes) {
    int end = at + 1;
    while (end < text.length() && text.charAt(end) != quote) {
      end += backslashes && text.charAt(end) == '\\' ? 2 : 1;
    }
    // A doubled quote is the end of one literal and the start of the next: the same to us.
    skipTo(Math.min(end + 1, text.length()));
  }

  private @org.jspecify.annotations.Nullable String dollarTag() {
    if (at > 0 && isWordPart(text.charAt(at - 1))) {
      return null;
    }
    int end = at + 1;
    while (end < text.length() && isWordPart(text.charAt(end)) && text.charAt(end) != '$') {
      end++;
    }
    boolean closed = end < text.length() && text.charAt(end) == '$';
    boolean digit = closed && end > at + 1 && Character.isDigit(text.charAt(at + 1));
    return closed && !digit ? text.substring(at, end + 1) : null;
  }

  private void skipDollarQuoted() {
    String tag = String.valueOf(dollarTag());
    int end = text.indexOf(tag, at + tag.length());
    skipTo(end < 0 ? text.length() : end + tag.length());
  }

  private static boolean isWordStart(char c) {
    return Character.isLetter(c) || c == '_' || c > 127;
  }

  private static boolean isWordPart(char c) {
    return isWordStart(c) || Character.isDigit(c) || c == '$';
  }

  /** Semicolons inside of BEGIN ATOMIC … END end nothing; CASE has an END too. */
  private void word() {
    int end = at;
    while (end < text.length() && isWordPart(text.charAt(end))) {
      end++;
    }
    String word = text.substring(at, end).toUpperCase(Locale.ROOT);
    skipTo(end);
    if (words.size() < 4) {
      words.add(word);
    }
    if (!createsRoutine()) {
      return;
    }
    if (word.equals("BEGIN") || (blocks > 0 && word.equals("CASE"))) {
      blocks++;
    } else if (blocks > 0 && word.equals("END")) {
      blocks--;
    }
  }

  private boolean createsRoutine() {
    return !words.isEmpty()
        && words.getFirst().equals("CREATE")
        && (words.contains("FUNCTION") || words.contains("PROCEDURE"));
  }
}
