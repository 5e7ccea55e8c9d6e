package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.operate.maintain.AuditLog;
import dev.gatewaydb.migrator.operate.maintain.AuditPolicy;
import dev.gatewaydb.migrator.operate.maintain.AuditTable;
import dev.gatewaydb.migrator.operate.maintain.AuditVolume;
import dev.gatewaydb.migrator.operate.maintain.Maintenance;
import dev.gatewaydb.migrator.operate.maintain.MaintenanceListener;
import java.util.Locale;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "audit-volume",
    description = "Show the audit trail's rows of each day, and how much it will grow.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb maintain audit-volume", "  gwdb maintain audit-volume --days 90 --json"})
final class MaintainAuditVolume implements Callable<Integer> {
  private static final int YEAR = 365;
  private static final int MOST_DAYS = 36_500;

  @Mixin private MaintainOptions options = new MaintainOptions();

  @Option(
      names = "--days",
      paramLabel = "N",
      defaultValue = "10",
      description = "How many days to look at, today included; default ${DEFAULT-VALUE}.")
  private int days;

  private final Context context;

  MaintainAuditVolume(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (days < 1 || days > MOST_DAYS) {
      throw new ConfigurationException("--days %d is not 1 to %d".formatted(days, MOST_DAYS), "");
    }
    AuditTable table = new RetentionRules(context).audit();
    AuditVolume volume;
    try (Maintenance maintenance = options.open(context, MaintenanceListener.SILENT)) {
      volume = new AuditLog(maintenance, table).volume(days);
    }
    if (options.json) {
      context.console().json(tree(table, volume));
    } else {
      print(table, volume);
    }
    return ExitCode.DONE;
  }

  private void print(AuditTable audit, AuditVolume volume) {
    Console console = context.console();
    Table table = new Table("DAY", "ROWS");
    new TreeMap<>(volume.days())
        .descendingMap()
        .forEach((day, rows) -> table.row(day.toString(), rows.toString()));
    table.lines().forEach(console::result);
    console.result("");
    console.result(
        "%s: about %d rows, %s".formatted(audit.name(), volume.rows(), Words.size(volume.bytes())));
    console.result(
        "%.0f rows a day, %.0f bytes each%s: %s a year"
            .formatted(
                volume.rowsPerDay(),
                volume.bytesPerRow(),
                volume.measured() ? "" : " (Rack Gateway's guide; too few to measure)",
                Words.size((long) volume.bytesFor(YEAR))));
    for (AuditPolicy policy : AuditPolicy.values()) {
      console.result(
          "kept for %d days (%s): %s"
              .formatted(
                  policy.least().toDays(),
                  policy.name().toLowerCase(Locale.ROOT),
                  Words.size((long) volume.bytesFor(policy.least().toDays()))));
    }
  }

  private static ObjectNode tree(AuditTable audit, AuditVolume volume) {
    ObjectNode root =
        JsonNodeFactory.instance
            .objectNode()
            .put("table", audit.name())
            .put("rows", volume.rows())
            .put("bytes", volume.bytes())
            .put("rowsPerDay", volume.rowsPerDay())
            .put("bytesPerRow", volume.bytesPerRow())
            .put("measured", volume.measured())
            .put("bytesPerYear", (long) volume.bytesFor(YEAR))
            .put("policyDays", audit.policy().least().toDays())
            .put("bytesAtPolicy", (long) volume.bytesFor(audit.policy().least().toDays()));
    ArrayNode days = root.putArray("days");
    volume
        .days()
        .forEach((day, rows) -> days.addObject().put("day", day.toString()).put("rows", rows));
    return root;
  }
}
