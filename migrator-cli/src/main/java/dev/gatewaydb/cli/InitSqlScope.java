package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.sync.initsql.InitSqlOptions;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;

/** What of the schema an init SQL file holds; shared by the commands about such files. */
final class InitSqlScope {
  @Option(
      names = "--tables",
      paramLabel = "NAMES",
      split = ",",
      description =
          "These tables and what they need, by commas or repeated. Default: those that the"
              + " dashboard needs; in a project of its own, tables.owned of gwdb.toml, else all.")
  private List<String> tables = new ArrayList<>();

  @Option(names = "--all", description = "The whole schema.")
  private boolean all;

  InitSqlOptions options(Context context) {
    if (all && !tables.isEmpty()) {
      throw new ConfigurationException("--all and --tables exclude each other", "Leave one out.");
    }
    String generator = "gwdb " + Version.ofBuild();
    InitSqlOptions options =
        context.project().hasMigrations()
            ? InitSqlOptions.ofEverything(generator)
                .withTables(context.project().tables().owned().orElse(List.of()))
            : InitSqlOptions.ofGateway(generator);
    options = options.withHistory(context.historyOptions());
    if (all) {
      return options.withTables(List.of());
    }
    return tables.isEmpty()
        ? options
        : options.withTables(tables.stream().map(String::strip).toList());
  }
}
