package dev.gatewaydb.migrator;

/** From PostgreSQL's position in a statement to the line in its file. */
final class ScriptPosition {
  private ScriptPosition() {}

  /**
   * @param firstLine the file's line of the statement's first word, comments before it left out, as
   *     Flyway has it
   * @param statement with the comments before its first word
   * @param position in code points from 1, as PostgreSQL has it; 0 when it said none
   */
  static int line(int firstLine, String statement, int position) {
    if (position == 0) {
      return firstLine;
    }
    long before = statement.codePoints().limit(position - 1L).filter(c -> c == '\n').count();
    long inComments =
        statement.substring(0, firstWord(statement)).chars().filter(c -> c == '\n').count();
    return Math.toIntExact(firstLine + before - inComments);
  }

  /** Where the first word starts, comments before it left out. */
  static int firstWord(String statement) {
    int at = 0;
    while (at < statement.length()) {
      if (Character.isWhitespace(statement.charAt(at))) {
        at++;
      } else if (statement.startsWith("--", at)) {
        int end = statement.indexOf('\n', at);
        at = end < 0 ? statement.length() : end;
      } else if (statement.startsWith("/*", at)) {
        at = endOfComment(statement, at);
      } else {
        return at;
      }
    }
    return at;
  }

  /** PostgreSQL's comments nest. */
  private static int endOfComment(String statement, int start) {
    int depth = 0;
    int at = start;
    while (at < statement.length()) {
      if (statement.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (statement.startsWith("*/", at)) {
        depth--;
        at += 2;
        if (depth == 0) {
          return at;
        }
      } else {
        at++;
      }
    }
    return at;
  }
}
