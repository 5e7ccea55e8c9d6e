package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.MigrateReport;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "migrate",
    description = "Apply every pending migration.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb migrate",
      "  DATABASE_URL=postgres://newton@db.example/newton_gateway gwdb migrate --json",
    })
final class MigrateCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  MigrateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    MigrateReport report = context.migrator(database).migrate();
    if (json) {
      context.console().json(tree(report));
    } else {
      context.console().result(summary(report));
    }
    return ExitCode.DONE;
  }

  static String summary(MigrateReport report) {
    String version =
        report.toVersion().map(v -> "the database is at version " + v).orElse("no version yet");
    String done =
        report.applied().isEmpty()
            ? "0 pending"
            : "%d applied, 0 pending".formatted(report.applied().size());
    double seconds = report.duration().toMillis() / 1000.0;
    return "%s; %s (%s)".formatted(done, version, String.format(Locale.ROOT, "%.1f s", seconds));
  }

  private static ObjectNode tree(MigrateReport report) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("fromVersion", report.fromVersion().orElse(null));
    root.put("toVersion", report.toVersion().orElse(null));
    root.put("durationMillis", report.duration().toMillis());
    ArrayNode applied = root.putArray("applied");
    for (MigrateReport.Applied migration : report.applied()) {
      applied
          .addObject()
          .put("version", migration.version().orElse(null))
          .put("description", migration.description())
          .put("durationMillis", migration.duration().toMillis());
    }
    return root;
  }
}
