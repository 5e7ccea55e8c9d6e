package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.AdoptPlan;
import dev.gatewaydb.migrator.MigrationStatus;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.adopt.Tool;
import dev.gatewaydb.migrator.check.DriftCheck;
import dev.gatewaydb.migrator.check.DriftReport;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.RefusedException;
import dev.gatewaydb.migrator.layout.Migration;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "adopt",
    description = {
      "Take over a database that sqlx, golang-migrate or Rack Gateway has migrated.",
      "Runs none of the migrations: writes the history, after comparing the schema with what they"
          + " make. The other tool's table stays as it is.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb adopt --dry-run",
      "  gwdb adopt --from golang-migrate",
      "  gwdb adopt --table billing.migrations",
    })
final class AdoptCommand implements Callable<Integer> {
  private static final String AUTO = "auto";
  private static final String FLYWAY = "flyway";

  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Mixin private MigrationOptions limits = new MigrationOptions();

  @Mixin private ScratchOptions scratch = new ScratchOptions();

  @Option(
      names = "--from",
      paramLabel = "TOOL",
      description =
          "sqlx, golang-migrate, rack, or flyway, whose history needs no change and is only checked."
              + " Default auto: the one whose table is there.")
  private String from = AUTO;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      description = "The tool's table, where several have its columns; with its schema or without.")
  private Optional<String> table = Optional.empty();

  @Option(names = "--dry-run", description = "Say what it would do, and write nothing.")
  private boolean dryRun;

  @Option(
      names = "--accept-drift",
      description = "Go on although the schema differs from what the migrations make.")
  private boolean acceptDrift;

  @Option(
      names = "--accept-checksums",
      description = "Go on although files differ from those that sqlx has recorded.")
  private boolean acceptChecksums;

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  AdoptCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    Optional<Tool> tool = tool();
    DatabaseSettings settings = context.settings(database);
    Migrator migrator = context.migrator(settings, limits.options());
    if (!context.project().hasMigrations()) {
      context.console().progress("adopting into the built-in gateway schema");
    }
    MigrationStatus before = migrator.status();
    if (from.equals(FLYWAY)) {
      before.requireSound();
      if (before.currentVersion().isEmpty()) {
        throw new RefusedException(
            "Flyway has applied nothing here",
            "Is its table in another schema, or called otherwise? 'gwdb config show' tells where it is"
                + " looked for.",
            null);
      }
      return finish(drift(settings, Optional.empty()), Optional.empty(), migrator);
    }
    new UnnamedProject(context).requireMeant(migrator);
    AdoptPlan plan = migrator.planAdopt(tool, table, acceptChecksums);
    Optional<DriftReport> drift =
        plan.toAdopt().isEmpty() ? Optional.empty() : drift(settings, Optional.of(plan));
    return finish(drift, Optional.of(plan), migrator);
  }

  private Optional<Tool> tool() {
    if (from.equals(AUTO) || from.equals(FLYWAY)) {
      return Optional.empty();
    }
    Optional<Tool> tool = Tool.of(from);
    if (tool.isEmpty()) {
      List<String> known = new ArrayList<>(List.of(AUTO));
      known.addAll(Tool.labels());
      known.add(FLYWAY);
      throw new ConfigurationException(
          "--from %s: known are %s".formatted(from, String.join(", ", known)), "");
    }
    return tool;
  }

  private Optional<DriftReport> drift(DatabaseSettings settings, Optional<AdoptPlan> plan) {
    DriftCheck check =
        new DriftCheck(
            settings.dataSource(),
            context.migrations(),
            context.historyOptions(),
            context.ownership(),
            List.of());
    try (ScratchServer server = context.scratch(scratch).get()) {
      return Optional.of(
          plan.isPresent() ? check.run(server, plan.get().applied()) : check.run(server));
    }
  }

  private int finish(Optional<DriftReport> drift, Optional<AdoptPlan> plan, Migrator migrator) {
    boolean differs = drift.filter(report -> !report.drift().isEmpty()).isPresent();
    if (!json) {
      drift.ifPresent(report -> DriftText.print(report, context.console()));
    }
    boolean refused = differs && !acceptDrift;
    boolean wanted = !refused && !dryRun && plan.filter(p -> !p.toAdopt().isEmpty()).isPresent();
    boolean written = wanted && migrator.adopt(plan.get());
    if (json) {
      context.console().json(tree(drift, plan, written));
    } else if (wanted && !written) {
      context.console().result("nothing to adopt: another gwdb has done it meanwhile");
    } else if (plan.isPresent() && !refused) {
      print(plan.get());
    } else if (plan.isEmpty() && !refused) {
      context.console().result("the history is Flyway's own and needs no change");
    }
    if (refused && !dryRun) {
      throw new RefusedException(
          "the schema differs from what the applied migrations make; nothing was written",
          "Mend the differences shown above, or go on with --accept-drift.",
          null);
    }
    return refused ? ExitCode.FOUND : ExitCode.DONE;
  }

  private void print(AdoptPlan plan) {
    Console console = context.console();
    if (plan.toAdopt().isEmpty()) {
      console.result(
          "nothing to adopt: "
              + (plan.source().rows().isEmpty()
                  ? plan.source().table() + " is empty"
                  : "the history knows all that %s has applied"
                      .formatted(plan.source().tool().label())));
      return;
    }
    plan.toAdopt()
        .forEach(m -> console.progress("%s %s".formatted(m.version(), m.description()).strip()));
    console.result(
        "%s %s from %s (%s)"
            .formatted(
                dryRun ? "would adopt" : "adopted",
                Words.count(plan.toAdopt().size(), "migration", "migrations"),
                plan.source().table(),
                plan.source().tool().label()));
  }

  private ObjectNode tree(Optional<DriftReport> drift, Optional<AdoptPlan> plan, boolean written) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("tool", plan.map(p -> p.source().tool().label()).orElse(FLYWAY));
    root.put("table", plan.map(p -> p.source().table()).orElse(null));
    root.put("written", written);
    ArrayNode versions = root.putArray("adopted");
    plan.ifPresent(p -> p.toAdopt().stream().map(Migration::version).forEach(versions::add));
    ArrayNode differences = root.putArray("differences");
    drift.ifPresent(report -> Differences.add(differences, report.drift()));
    return root;
  }
}
