package dev.gatewaydb.cli;

import java.util.List;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** A wrong command line: what is wrong, the nearest right word, and where the help is. */
final class UsageErrors implements CommandLine.IParameterExceptionHandler {
  /** What was typed in the wrong place may be a URL with its password. */
  private static final Pattern URL = Pattern.compile("(?i)(postgres(?:ql)?:)[^']*");

  private final Console console;

  UsageErrors(Console console) {
    this.console = console;
  }

  @Override
  public int handleParseException(CommandLine.ParameterException e, String[] args) {
    String message =
        URL.matcher(String.valueOf(e.getMessage()))
            .replaceAll("$1//…")
            // Some of the library's messages start so, and ours do anyway.
            .replaceFirst("^Error: ", "");
    console.error(List.of(message), "");
    CommandLine.UnmatchedArgumentException.printSuggestions(e, console.err());
    console
        .err()
        .println(
            "  Try '%s --help'.".formatted(e.getCommandLine().getCommandSpec().qualifiedName()));
    return ExitCode.USAGE;
  }
}
