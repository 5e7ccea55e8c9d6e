package dev.gatewaydb.cli;

import dev.gatewaydb.dao.DaoException;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.GatewayDbException;
import dev.gatewaydb.migrator.error.UnreachableException;
import java.util.List;
import picocli.CommandLine;

/** Turns exceptions into lines for people and exit codes for scripts. */
final class Failures implements CommandLine.IExecutionExceptionHandler {
  private static final int MOST_CAUSES = 5;

  private final Context context;
  private final Console console;

  Failures(Context context) {
    this.context = context;
    this.console = context.console();
  }

  @Override
  public int handleExecutionException(
      Exception e, CommandLine line, CommandLine.ParseResult result) {
    boolean debug = result.hasMatchedOption("--debug") || debugInSubcommand(result);
    if (debug) {
      e.printStackTrace(console.err());
    }
    if (e instanceof GatewayDbException known) {
      console.error(faults(known), nextStep(known, result));
      return ExitCode.of(known);
    }
    if (e instanceof DaoException known) {
      console.error(String.valueOf(known.getMessage()).lines().toList(), known.nextStep());
      return ExitCode.of(known);
    }
    console.error(
        List.of(described(e)),
        debug ? "" : "This was not foreseen; --debug shows where it happened.");
    return ExitCode.NEEDS_PERSON;
  }

  /** The causes too: what Java wraps is often where the reason is. */
  private static String described(Throwable e) {
    StringBuilder text = new StringBuilder();
    int links = 0;
    for (Throwable link = e; link != null && links < MOST_CAUSES; link = link.getCause()) {
      text.append(links++ == 0 ? "" : ", because of ")
          .append(link.getClass().getSimpleName())
          .append(": ")
          .append(link.getMessage());
    }
    return text.toString();
  }

  private String nextStep(GatewayDbException e, CommandLine.ParseResult result) {
    if (!(e instanceof UnreachableException unreachable)) {
      return e.nextStep();
    }
    CommandLine.ParseResult command = result;
    while (command.hasSubcommand()) {
      command = command.subcommand();
    }
    DatabaseOptions database = new DatabaseOptions();
    database.url = command.matchedOptionValue(DatabaseOptions.URL, "");
    return context.nextStep(unreachable, database);
  }

  private static boolean debugInSubcommand(CommandLine.ParseResult result) {
    return result.subcommands().stream()
        .anyMatch(r -> r.hasMatchedOption("--debug") || debugInSubcommand(r));
  }

  private static List<String> faults(GatewayDbException e) {
    return e instanceof ConfigurationException c
        ? c.faults()
        : List.of(String.valueOf(e.getMessage()));
  }
}
