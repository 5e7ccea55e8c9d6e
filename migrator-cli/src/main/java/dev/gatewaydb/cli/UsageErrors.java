package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.connect.Text;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import picocli.CommandLine;

/** A wrong command line: what is wrong, the nearest right word, and where the help is. */
final class UsageErrors implements CommandLine.IParameterExceptionHandler {
  /** What was typed in the wrong place may be a URL with its password. */
  private static final Pattern URL = Pattern.compile("(?i)(postgres(?:ql)?:)[^']*");

  /** Or an API key, of which no more is ever shown than this. */
  private static final Pattern KEY = Pattern.compile("(gw_(?:live_|test_)?)[0-9A-Za-z]{5,}");

  /** What sqlx, golang-migrate and Flyway call our commands. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "up", "migrate",
          "run", "migrate",
          "down", "revert",
          "undo", "revert",
          "rollback", "revert",
          "info", "status",
          "add", "new",
          "create", "new");

  private final Console console;

  UsageErrors(Console console) {
    this.console = console;
  }

  @Override
  public int handleParseException(CommandLine.ParameterException e, String[] args) {
    String message =
        KEY.matcher(URL.matcher(String.valueOf(e.getMessage())).replaceAll("$1//…"))
            .replaceAll("$1…")
            // Some of the library's messages start so, and ours do anyway.
            .replaceFirst("^Error: ", "");
    console.error(List.of(message), "");
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    suggestion(e).ifPresent(word -> console.err().println("  Did you mean '%s'?".formatted(word)));
    console.err().println("  Try '%s --help'.".formatted(command));
    return ExitCode.USAGE;
  }

  /** Our own: the library's likens words by the letters they share, and offers several. */
  private static Optional<String> suggestion(CommandLine.ParameterException e) {
    if (!(e instanceof CommandLine.UnmatchedArgumentException unmatched)
        || unmatched.getUnmatched().isEmpty()) {
      return Optional.empty();
    }
    CommandLine.Model.CommandSpec command = e.getCommandLine().getCommandSpec();
    String word = unmatched.getUnmatched().getFirst().split("=", 2)[0];
    if (word.startsWith("-")) {
      return nearest(word, command.optionsMap().keySet());
    }
    Set<String> commands = command.subcommands().keySet();
    return Optional.ofNullable(ELSEWHERE.get(word))
        .filter(commands::contains)
        .or(() -> nearest(word, commands))
        .map(name -> command.qualifiedName() + " " + name);
  }

  private static Optional<String> nearest(String word, Set<String> candidates) {
    return Text.nearest(word, candidates)
        .or(
            () ->
                candidates.stream()
                    .filter(name -> word.length() > 1 && name.startsWith(word))
                    .findFirst());
  }
}
