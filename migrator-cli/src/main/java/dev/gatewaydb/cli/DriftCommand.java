package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.check.DriftCheck;
import dev.gatewaydb.migrator.check.DriftReport;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.layout.MigrationSet;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "drift",
    description = {
      "Compare a live database with what its applied migrations make.",
      "They are applied once more to a scratch database; the live one is only read.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb drift",
      "  gwdb drift --ignore 'public.tmp_*' --ignore 'index *' --ignore '*: comment'",
      "  gwdb drift --json | jq '.differences[] | select(.severity == \"breaking\")'",
    })
final class DriftCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(
      names = "--ignore",
      paramLabel = "PATTERN",
      description =
          "Differences that don't count, as in 'public.tmp_*', 'index *' or '*: comment';"
              + " repeatable.")
  private List<String> ignored = new ArrayList<>();

  @Mixin private ScratchOptions scratch = new ScratchOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  DriftCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    DatabaseSettings settings = context.settings(database);
    MigrationSet migrations = context.migrations();
    DriftCheck check =
        new DriftCheck(
            settings.dataSource(),
            migrations,
            context.historyOptions(),
            context.ownership(),
            ignored);
    DriftReport report;
    try (ScratchServer server = context.scratch(scratch).get()) {
      report = check.run(server);
    }
    if (json) {
      context.console().json(tree(report));
    } else {
      DriftText.print(report, context.console());
      if (!report.drift().isEmpty()) {
        context
            .console()
            .progress(
                "Put what is meant into a new migration, undo the rest by hand, and leave out with"
                    + " --ignore what is not the migrations' matter.");
      }
    }
    return report.drift().isEmpty() ? ExitCode.DONE : ExitCode.FOUND;
  }

  private static ObjectNode tree(DriftReport report) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("version", report.version().orElse(null));
    root.put("applied", report.applied());
    root.put("drift", !report.drift().isEmpty());
    Differences.add(root.putArray("differences"), report.drift());
    Differences.add(root.putArray("harmless"), report.harmless());
    root.put("ignored", report.ignored());
    ArrayNode external = root.putArray("external");
    report.external().forEach(id -> external.add(id.toString()));
    ArrayNode notes = root.putArray("notes");
    report.notes().forEach(notes::add);
    return root;
  }
}
