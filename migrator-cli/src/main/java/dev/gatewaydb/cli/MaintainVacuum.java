package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.operate.maintain.Housekeeping;
import dev.gatewaydb.migrator.operate.maintain.Housekeeping.Vacuumed;
import dev.gatewaydb.migrator.operate.maintain.Maintenance;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "vacuum",
    description = {
      "VACUUM (ANALYZE) table after table, those with most dead rows first.",
      "Nobody waits for it; tables that somebody has locked, or that aren't this role's, are skipped.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb maintain vacuum", "  gwdb maintain vacuum user_sessions --analyze-only"})
final class MaintainVacuum implements Callable<Integer> {
  @Mixin private MaintainOptions options = new MaintainOptions();

  @Parameters(arity = "0..*", paramLabel = "TABLE", description = "Only these; all by default.")
  private List<String> tables = List.of();

  @Option(names = "--analyze-only", description = "Only ANALYZE.")
  private boolean analyzeOnly;

  @Option(names = "--dry-run", description = "Only list the tables, with their dead rows.")
  private boolean dryRun;

  private final Context context;

  MaintainVacuum(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<Vacuumed> done;
    try (MaintainProgress progress = new MaintainProgress(context.console());
        Maintenance maintenance = options.open(context, progress)) {
      done = new Housekeeping(maintenance).run(tables, !analyzeOnly, dryRun);
    }
    if (options.json) {
      context.console().json(tree(done));
    } else {
      Table table = new Table("TABLE", "DEAD ROWS", "BEFORE", "AFTER", "SECONDS", "SKIPPED");
      done.forEach(
          each ->
              table.row(
                  each.table(),
                  Long.toString(each.deadRows()),
                  Words.size(each.bytesBefore()),
                  Words.size(each.bytesAfter()),
                  "%.1f".formatted(each.seconds()),
                  each.skipped().orElse("")));
      table.lines().forEach(context.console()::result);
    }
    return ExitCode.DONE;
  }

  private ObjectNode tree(List<Vacuumed> done) {
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("dryRun", dryRun);
    ArrayNode nodes = root.putArray("tables");
    for (Vacuumed each : done) {
      nodes
          .addObject()
          .put("table", each.table())
          .put("deadRows", each.deadRows())
          .put("bytesBefore", each.bytesBefore())
          .put("bytesAfter", each.bytesAfter())
          .put("seconds", each.seconds())
          .put("skipped", each.skipped().orElse(null));
    }
    return root;
  }
}
