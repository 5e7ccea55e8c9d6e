package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.operate.EnvironmentMarker;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
    name = "environment",
    description = {
      "Say what a database is, such as development or production.",
      "'gwdb reset' looks at it before it deletes anything.",
    },
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb environment show", "  gwdb environment set production"},
    subcommands = {EnvironmentCommand.Show.class, EnvironmentCommand.Set.class})
final class EnvironmentCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    spec.commandLine().usage(spec.commandLine().getErr());
    return ExitCode.USAGE;
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private static <T> T connected(Context context, DatabaseOptions database, Work<T> work) {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(context.settings(database));
        Connection connection = one.getConnection()) {
      return work.on(connection);
    } catch (SQLException e) {
      throw new FailedException(
          "the environment can't be read or marked: " + e.getMessage(), "", e);
    }
  }

  @Command(
      name = "show",
      description = "Print what the database is marked with.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {"  gwdb environment show", "  gwdb environment show --json | jq -r .environment"})
  static final class Show implements Callable<Integer> {
    @Mixin private DatabaseOptions database = new DatabaseOptions();

    @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
    private boolean json;

    private final Context context;

    Show(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      EnvironmentMarker marker = context.environmentMarker();
      Optional<String> environment = connected(context, database, marker::read);
      if (json) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("environment", environment.orElse(null));
        node.put("table", marker.table());
        context.console().json(node);
      } else {
        context.console().result(environment.orElse("not marked"));
      }
      return ExitCode.DONE;
    }
  }

  @Command(
      name = "set",
      description = "Mark the database. Asks before another mark is replaced.",
      mixinStandardHelpOptions = true,
      footerHeading = "%nExamples:%n",
      footer = {"  gwdb environment set production", "  gwdb environment set staging --yes"})
  static final class Set implements Callable<Integer> {
    @Mixin private DatabaseOptions database = new DatabaseOptions();
    @Mixin private Confirmation confirmation = new Confirmation();

    @Parameters(
        paramLabel = "NAME",
        description = "1 to 32 letters, digits, dots, dashes or underscores.")
    private String name = "";

    private final Context context;

    Set(Context context) {
      this.context = context;
    }

    @Override
    public Integer call() {
      EnvironmentMarker.requireName(name);
      EnvironmentMarker marker = context.environmentMarker();
      return connected(
          context,
          database,
          connection -> {
            Optional<String> before = marker.read(connection);
            if (before.isPresent() && !before.get().equals(name)) {
              confirmation.require(
                  context.console(),
                  "this database is marked %s, to be marked %s instead"
                      .formatted(before.get(), name));
            }
            marker.write(connection, name);
            context.console().result("marked " + name);
            return ExitCode.DONE;
          });
    }
  }
}
