package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.operate.maintain.AuditLog;
import dev.gatewaydb.migrator.operate.maintain.AuditTable;
import dev.gatewaydb.migrator.operate.maintain.Maintenance;
import dev.gatewaydb.migrator.operate.maintain.PruneReport;
import dev.gatewaydb.migrator.operate.maintain.RetentionPlan;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "audit-prune",
    description = {
      "Delete the audit trail's oldest rows, after showing how many and asking.",
      "Never younger ones than the policy allows: annual is 400 days, sox 2,557.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb maintain audit-prune --older-than 400d --dry-run",
      "  gwdb maintain audit-prune --older-than 400d --yes",
    })
final class MaintainAuditPrune implements Callable<Integer> {
  @Mixin private MaintainOptions options = new MaintainOptions();
  @Mixin private Confirmation confirmation = new Confirmation();

  @Option(
      names = "--older-than",
      paramLabel = "TIME",
      converter = DaysConverter.class,
      description = "What to delete; the policy's by default, and never less.")
  private @Nullable Duration olderThan;

  @Option(names = "--dry-run", description = "Only say how many rows.")
  private boolean dryRun;

  private final Context context;

  MaintainAuditPrune(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    AuditTable table = new RetentionRules(context).audit();
    Console console = context.console();
    try (MaintainProgress progress = new MaintainProgress(console);
        Maintenance maintenance = options.open(context, progress)) {
      AuditLog log = new AuditLog(maintenance, table);
      RetentionPlan plan = log.plan(olderThan == null ? table.policy().least() : olderThan);
      if (table.pruneFunction().isEmpty()) {
        plan.notes().forEach(console::warning);
      }
      long found = maintenance.count(plan);
      console.progress(
          "%s of %s from before %s%s (policy %s)"
              .formatted(
                  Words.count(found, "row", "rows"),
                  table.name(),
                  plan.before(),
                  table.pruneFunction().map(f -> ", by " + f).orElse(""),
                  table.policy().name().toLowerCase(Locale.ROOT)));
      PruneReport report = null;
      if (!dryRun && found > 0) {
        confirmation.require(
            console, "%s to be deleted for good".formatted(Words.count(found, "row", "rows")));
        report = log.prune(plan);
      }
      tell(table, plan, found, report);
    }
    return ExitCode.DONE;
  }

  private void tell(
      AuditTable table, RetentionPlan plan, long found, @Nullable PruneReport report) {
    Console console = context.console();
    long rows = report == null ? dryRun ? found : 0 : report.deleted();
    if (options.json) {
      ObjectNode node = RetentionRun.tree(plan, rows, report);
      node.put("dryRun", dryRun);
      node.put("policyDays", table.policy().least().toDays());
      console.json(node);
      return;
    }
    console.result(dryRun ? "%d would be deleted".formatted(rows) : rows + " deleted");
    if (report != null && rows < found) {
      console.warning(
          "%s left: a chain loses its beginning only, and keeps its newest event; or others have"
                  .formatted(Words.count(found - rows, "row", "rows"))
              + " them locked");
    }
  }
}
