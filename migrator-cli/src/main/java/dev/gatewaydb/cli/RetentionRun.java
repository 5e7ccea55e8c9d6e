package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.operate.maintain.AuditLog;
import dev.gatewaydb.migrator.operate.maintain.AuditTable;
import dev.gatewaydb.migrator.operate.maintain.Maintenance;
import dev.gatewaydb.migrator.operate.maintain.PruneReport;
import dev.gatewaydb.migrator.operate.maintain.RetentionPlan;
import dev.gatewaydb.migrator.operate.maintain.RetentionRule;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs rules and tells; what run, sessions, refs and usage have in common. */
final class RetentionRun {
  @Mixin private MaintainOptions options = new MaintainOptions();

  @Option(names = "--dry-run", description = "Only say how many rows.")
  private boolean dryRun;

  int run(Context context, List<RetentionRule> rules) {
    Console console = context.console();
    ObjectNode root = JsonNodeFactory.instance.objectNode().put("dryRun", dryRun);
    ArrayNode nodes = root.putArray("rules");
    Table table =
        new Table("RULE", "TABLE", "BEFORE", dryRun ? "WOULD BE DELETED" : "DELETED", "LEFT");
    try (MaintainProgress progress = new MaintainProgress(console);
        Maintenance maintenance = options.open(context, progress)) {
      for (AuditTable audit : new RetentionRules(context).findAudit().stream().toList()) {
        new AuditLog(maintenance, audit).protect(rules);
      }
      for (RetentionPlan plan : maintenance.plan(rules)) {
        plan.notes().forEach(console::warning);
        PruneReport report = dryRun ? null : maintenance.prune(plan);
        long rows = report == null ? maintenance.count(plan) : report.deleted();
        nodes.add(tree(plan, rows, report));
        table.row(
            plan.rule().name(),
            plan.rule().table(),
            plan.before().toString(),
            Long.toString(rows),
            report == null ? "-" : Long.toString(report.left()));
        if (report != null && report.left() > 0) {
          warnOfRest(console, plan, report);
        }
      }
    } finally {
      // Also what was done before a rule failed.
      if (options.json) {
        console.json(root);
      } else if (table.lines().size() > 1) {
        table.lines().forEach(console::result);
      }
    }
    return ExitCode.DONE;
  }

  private static void warnOfRest(Console console, RetentionPlan plan, PruneReport report) {
    console.warning(
        "%s of %s left: others have them locked, or a trigger keeps them; the next run tries again"
            .formatted(Words.count(report.left(), "row", "rows"), plan.rule().table()));
  }

  static ObjectNode tree(RetentionPlan plan, long rows, @Nullable PruneReport report) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("name", plan.rule().name())
            .put("table", plan.rule().table())
            .put("column", plan.rule().column())
            .put("before", plan.before().toString())
            .put("rows", rows);
    if (report != null) {
      node.put("left", report.left())
          .put("batches", report.batches())
          .put("seconds", report.elapsed().toMillis() / 1000.0)
          .put("longestBatchSeconds", report.longest().toMillis() / 1000.0);
    }
    ArrayNode notes = node.putArray("notes");
    plan.notes().forEach(notes::add);
    return node;
  }
}
