package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.dao.rotation.SecretCensus;
import dev.gatewaydb.dao.rotation.SecretCensus.Group;
import dev.gatewaydb.dao.rotation.SecretCensus.JobState;
import dev.gatewaydb.dao.rotation.SecretCensus.TableCensus;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "status",
    description = {
      "Count the secrets by version and key, and show where online runs are. Needs no key.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb secrets status", "  gwdb secrets status --json"})
final class SecretsStatus implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  SecretsStatus(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    SecretCensus census =
        SecretCensus.of(context.settings(database).dataSource(), SecretsRun.tables(context));
    if (json) {
      context.console().json(tree(census));
    } else {
      print(context.console(), census);
    }
    return ExitCode.DONE;
  }

  private static ObjectNode tree(SecretCensus census) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode tables = root.putArray("tables");
    for (TableCensus table : census.tables()) {
      ObjectNode node =
          tables
              .addObject()
              .put("table", table.table())
              .put("total", table.total())
              .put("quarantined", table.quarantined());
      ArrayNode groups = node.putArray("groups");
      for (Group group : table.groups()) {
        ObjectNode entry = groups.addObject();
        group
            .version()
            .ifPresentOrElse(v -> entry.put("version", v), () -> entry.putNull("version"));
        entry.put("key", group.generation().orElse(null)).put("rows", group.rows());
      }
    }
    ArrayNode runs = root.putArray("onlineRuns");
    for (JobState job : census.jobs()) {
      runs.addObject()
          .put("goal", job.goal())
          .put("table", job.table())
          .put("key", job.generation())
          .put("phase", job.phase())
          .put("seen", job.seen())
          .put("changed", job.changed())
          .put("startedAt", job.started().toString())
          .put("updatedAt", job.updated().toString());
    }
    return root;
  }

  private static void print(Console console, SecretCensus census) {
    Table table = new Table("TABLE", "VERSION", "KEY", "SECRETS");
    for (TableCensus each : census.tables()) {
      if (each.groups().isEmpty()) {
        table.row(each.table(), "-", "-", "0");
      }
      for (Group group : each.groups()) {
        table.row(
            each.table(),
            group.version().isPresent() ? Integer.toString(group.version().getAsInt()) : "null",
            group.generation().orElse("-"),
            Long.toString(group.rows()));
      }
    }
    table.lines().forEach(console::result);
    for (JobState job : census.jobs()) {
      console.result(
          "%s of %s to key %s: %s, %s seen, %d changed, last at %s"
              .formatted(
                  job.goal(),
                  job.table(),
                  job.generation(),
                  job.phase(),
                  Words.count(job.seen(), "row", "rows"),
                  job.changed(),
                  job.updated()));
    }
    for (TableCensus each : census.tables()) {
      if (each.quarantined() > 0) {
        console.warning(
            "%s: %s in gwdb_secret_quarantine"
                .formatted(each.table(), Words.count(each.quarantined(), "secret", "secrets")));
      }
    }
  }
}
