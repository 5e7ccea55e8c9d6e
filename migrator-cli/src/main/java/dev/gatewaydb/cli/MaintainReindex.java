package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.operate.maintain.Maintenance;
import dev.gatewaydb.migrator.operate.maintain.Reindexing;
import dev.gatewaydb.migrator.operate.maintain.Reindexing.Reindexed;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "reindex",
    description = {
      "Remove what failed CONCURRENTLY statements left, and build indexes anew while they are used.",
      "Without names only those that are invalid.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb maintain reindex --dry-run", "  gwdb maintain reindex audit.audit_event"})
final class MaintainReindex implements Callable<Integer> {
  @Mixin private MaintainOptions options = new MaintainOptions();

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      description = "Tables, with all their indexes, and indexes.")
  private List<String> names = List.of();

  @Option(names = "--all", description = "Every index of the database.")
  private boolean all;

  @Option(names = "--dry-run", description = "Only say what would be done.")
  private boolean dryRun;

  private final Context context;

  MaintainReindex(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<Reindexed> done;
    Console console = context.console();
    try (MaintainProgress progress = new MaintainProgress(console);
        Maintenance maintenance = options.open(context, progress)) {
      done = new Reindexing(maintenance).run(names, all, dryRun);
    }
    if (options.json) {
      console.json(tree(done));
    } else {
      Table table = new Table("INDEX", "TABLE", "ACTION", "BEFORE", "AFTER", "REASON");
      done.forEach(
          each ->
              table.row(
                  each.index(),
                  each.table(),
                  label(each),
                  Words.size(each.bytesBefore()),
                  Words.size(each.bytesAfter()),
                  each.reason().orElse("")));
      (done.isEmpty() ? List.of("nothing to do") : table.lines()).forEach(console::result);
    }
    long failed = done.stream().filter(Reindexed::failed).count();
    if (failed > 0) {
      console.error(
          List.of(Words.count(failed, "index", "indexes") + " could not be done"),
          "They are as they were. Remove the cause, then run this again.");
    }
    return failed > 0 ? ExitCode.FAILED : ExitCode.DONE;
  }

  private static String label(Reindexed each) {
    return each.failed() ? "failed" : each.action().name().toLowerCase(Locale.ROOT);
  }

  private ObjectNode tree(List<Reindexed> done) {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("dryRun", dryRun);
    ArrayNode nodes = root.putArray("indexes");
    for (Reindexed each : done) {
      nodes
          .addObject()
          .put("index", each.index())
          .put("table", each.table())
          .put("action", label(each))
          .put("bytesBefore", each.bytesBefore())
          .put("bytesAfter", each.bytesAfter())
          .put("reason", each.reason().orElse(null));
    }
    return root;
  }
}
