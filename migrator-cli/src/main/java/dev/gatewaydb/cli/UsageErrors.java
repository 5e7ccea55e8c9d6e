package dev.gatewaydb.cli;

import java.util.List;
import picocli.CommandLine;

/** A wrong command line: what is wrong, the nearest right word, and where the help is. */
final class UsageErrors implements CommandLine.IParameterExceptionHandler {
  private final Console console;

  UsageErrors(Console console) {
    this.console = console;
  }

  @Override
  public int handleParseException(CommandLine.ParameterException e, String[] args) {
    console.error(List.of(String.valueOf(e.getMessage())), "");
    CommandLine.UnmatchedArgumentException.printSuggestions(e, console.err());
    console
        .err()
        .println(
            "  Try '%s --help'.".formatted(e.getCommandLine().getCommandSpec().qualifiedName()));
    return ExitCode.USAGE;
  }
}
