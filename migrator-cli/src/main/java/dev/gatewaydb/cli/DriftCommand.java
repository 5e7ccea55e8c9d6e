package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.catalog.Difference;
import dev.gatewaydb.migrator.catalog.Difference.Change;
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
  private static final String MIGRATIONS = "migrations";
  private static final String DATABASE = "database";

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
      print(report);
    }
    return report.drift().isEmpty() ? ExitCode.DONE : ExitCode.FOUND;
  }

  private void print(DriftReport report) {
    Console console = context.console();
    for (Difference difference : report.drift()) {
      console.result(painted(difference.toText(MIGRATIONS, DATABASE).stripTrailing(), difference));
    }
    for (Difference difference : report.harmless()) {
      console.progress(
          "no drift: " + difference.toText(MIGRATIONS, DATABASE).stripTrailing().substring(2));
    }
    report.notes().forEach(console::warning);
    String what =
        report
            .version()
            .map(version -> "the migrations at version " + version)
            .orElse("an empty schema: no migration is applied");
    if (report.drift().isEmpty()) {
      console.result("no drift: the database is like %s%s".formatted(what, leftOut(report)));
      return;
    }
    console.result(
        "%n%s from %s: %s%s"
            .formatted(
                Words.count(report.drift().size(), "difference", "differences"),
                what,
                counts(report.drift()),
                leftOut(report)));
    console.progress(
        "Put what is meant into a new migration, undo the rest by hand, and leave out with"
            + " --ignore what is not the migrations' matter.");
  }

  private String painted(String text, Difference difference) {
    return switch (difference.severity()) {
      case BREAKING -> context.console().bad(text.substring(0, 1)) + text.substring(1);
      case NOTABLE, COSMETIC ->
          context.console().doubtful(text.substring(0, 1)) + text.substring(1);
    };
  }

  private static String counts(List<Difference> drift) {
    List<String> words = new ArrayList<>();
    for (Change change : Change.values()) {
      long count = drift.stream().filter(d -> d.change() == change).count();
      if (count > 0) {
        words.add(
            switch (change) {
              case MISSING -> count + " missing in the database";
              case EXTRA -> count + " extra there";
              case CHANGED -> count + " changed";
            });
      }
    }
    return String.join(", ", words);
  }

  private static String leftOut(DriftReport report) {
    List<String> words = new ArrayList<>();
    if (report.ignored() > 0) {
      words.add(report.ignored() + " ignored");
    }
    if (!report.external().isEmpty()) {
      words.add(Words.count(report.external().size(), "object of others", "objects of others"));
    }
    return words.isEmpty() ? "" : " (" + String.join(", ", words) + ")";
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
