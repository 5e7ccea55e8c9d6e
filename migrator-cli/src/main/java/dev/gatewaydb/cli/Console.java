package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.util.List;

/** Results go to stdout, everything else to stderr; colour only where somebody looks. */
final class Console {
  private static final String GREEN = "\u001b[32m";
  private static final String YELLOW = "\u001b[33m";
  private static final String RED = "\u001b[31m";
  private static final String RESET = "\u001b[0m";

  private final PrintStream out;
  private final PrintStream err;
  private final boolean colour;

  Console(PrintStream out, PrintStream err, boolean colour) {
    this.out = out;
    this.err = err;
    this.colour = colour;
  }

  /** A line of the result. */
  void result(String line) {
    out.println(line);
  }

  /** The result for machines. */
  void json(JsonNode node) {
    out.println(node.toPrettyString());
  }

  /** The result as it is, with nothing added. */
  void bytes(byte[] bytes) {
    out.writeBytes(bytes);
    out.flush();
  }

  /** What happens at the moment. */
  void progress(String line) {
    err.println(line);
  }

  /** A question, whose answer is typed on the same line. */
  void ask(String question) {
    err.print(question);
    err.flush();
  }

  void warning(String line) {
    err.println(paint(YELLOW, "warning: ") + line);
  }

  void error(List<String> lines, String nextStep) {
    lines.forEach(line -> err.println(paint(RED, "error: ") + line));
    if (!nextStep.isEmpty()) {
      nextStep.lines().forEach(line -> err.println("  " + line));
    }
  }

  String good(String text) {
    return paint(GREEN, text);
  }

  String bad(String text) {
    return paint(RED, text);
  }

  String doubtful(String text) {
    return paint(YELLOW, text);
  }

  private String paint(String code, String text) {
    return colour ? code + text + RESET : text;
  }

  PrintStream err() {
    return err;
  }

  PrintStream out() {
    return out;
  }
}
