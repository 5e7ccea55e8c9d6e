package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.dao.key.DevelopmentKeys;
import dev.gatewaydb.dao.key.IssuedKey;
import dev.gatewaydb.migrator.MigrateReport;
import dev.gatewaydb.migrator.MigratorOptions;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.connect.OneConnectionDataSource;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.error.FailedException;
import dev.gatewaydb.migrator.operate.EnvironmentMarker;
import dev.gatewaydb.migrator.operate.Reset;
import dev.gatewaydb.migrator.operate.ResetGuard;
import dev.gatewaydb.migrator.operate.ResetPlan;
import dev.gatewaydb.migrator.scratch.ScratchServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "reset",
    description = {
      "Delete all of the project's data and tables and migrate from the start.",
      "One transaction: whatever fails on the way leaves the database as it was. Needs"
          + " RESET_GATEWAY_DATABASE=DELETE_ALL_DATA, and a database that is marked 'development'",
      "or DEV_MODE=true where it has no mark; DISABLE_DATABASE_ENVIRONMENT_CHECK=1 for others.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb reset --dry-run",
      "  RESET_GATEWAY_DATABASE=DELETE_ALL_DATA DEV_MODE=true gwdb reset --yes --seed",
    })
final class ResetCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private MigrationOptions limits = new MigrationOptions();
  @Mixin private ScratchOptions scratch = new ScratchOptions();
  @Mixin private Confirmation confirmation = new Confirmation();

  @Option(names = "--dry-run", description = "Only show what would be dropped.")
  private boolean dryRun;

  @Option(names = "--disconnect", description = "End other clients' sessions instead of refusing.")
  private boolean disconnect;

  @Option(
      names = "--seed",
      description = "Then make the development keys; needs DEV_MODE=true and the built-in schema.")
  private boolean seed;

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  ResetCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    DatabaseSettings settings = context.settings(database);
    Map<String, String> variables = context.variables().values();
    ResetGuard guard = context.project().guard().reset();
    String environment = guard.environmentAfter(variables);
    requireSeedable(environment);
    MigratorOptions options = context.withHistory(limits.options());
    Reset reset =
        new Reset(
            settings.dataSource(),
            context.migrations(),
            options,
            context.ownershipForReset(),
            new ConsoleListener(context.console()));
    EnvironmentMarker marker = context.environmentMarker();
    if (!dryRun) {
      guard.requireConfirmation(variables);
      guard.require(variables, read(settings, marker));
    }
    Reset.Planned planned;
    try (ScratchServer server = context.scratch(scratch).get()) {
      planned = reset.plan(server);
    }
    requireNoUsers(planned.plan());
    show(planned.plan());
    if (dryRun) {
      if (json) {
        context.console().json(tree(planned.plan()));
      }
      return ExitCode.DONE;
    }
    confirmation.require(
        context.console(), "%s to be emptied, without a way back".formatted(settings.displayUrl()));
    // Somebody may have marked it while the question was open.
    guard.require(variables, read(settings, marker));
    MigrateReport report = reset.run(planned, marker, environment, disconnect);
    List<IssuedKey> keys =
        seed ? DevelopmentKeys.seed(settings.dataSource(), context.keyHasher()) : List.of();
    tell(planned.plan(), report, environment, keys);
    return ExitCode.DONE;
  }

  private void requireSeedable(String environment) {
    if (seed && context.project().hasMigrations()) {
      throw new ConfigurationException(
          "--seed makes keys of the built-in schema, and this project has migrations of its own",
          "Leave it out, and seed with the project's own means.");
    }
    if (seed && !environment.equals(EnvironmentMarker.DEVELOPMENT)) {
      throw new ConfigurationException(
          "--seed makes development keys, and the database would be marked " + environment,
          "Leave it out, or set DEV_MODE=true.");
    }
    if (seed) {
      context.keyHasher();
    }
  }

  /** The development keys' owner is none of them, which would be found out too late. */
  private void requireNoUsers(ResetPlan plan) {
    if (seed && plan.kept().stream().anyMatch(id -> id.name().endsWith(".\"user\""))) {
      throw new ConfigurationException(
          "--seed makes keys of a made-up user, and the dashboard's table of users is here",
          "Leave it out, then 'gwdb keys seed --email' one of them.");
    }
  }

  private static Optional<String> read(DatabaseSettings settings, EnvironmentMarker marker) {
    try (OneConnectionDataSource one = OneConnectionDataSource.open(settings);
        Connection connection = one.getConnection()) {
      return marker.read(connection);
    } catch (SQLException e) {
      throw new FailedException("the environment can't be read: " + e.getMessage(), "", e);
    }
  }

  private void show(ResetPlan plan) {
    Console console = context.console();
    console.progress(
        plan.tables().isEmpty() ? "no tables of ours are here" : "tables to be dropped:");
    Table table = new Table("  ROWS", "TABLE");
    plan.tables().forEach(t -> table.row("  " + rows(t), t.name()));
    table.lines().stream().skip(1).forEach(console::progress);
    if (!plan.others().isEmpty()) {
      console.progress("and what belongs to them:");
      plan.others().forEach(id -> console.progress("  " + id));
    }
    plan.kept().forEach(id -> console.progress("stays: " + id));
  }

  private static String rows(ResetPlan.Table table) {
    return (table.exact() ? "" : "about ") + table.rows();
  }

  private void tell(
      ResetPlan plan, MigrateReport report, String environment, List<IssuedKey> keys) {
    Console console = context.console();
    if (json) {
      ObjectNode root = tree(plan);
      root.put("environment", environment);
      root.set("migrated", MigrateCommand.tree(report));
      ArrayNode issued = root.putArray("keys");
      keys.forEach(
          each -> issued.add(KeyOutput.tree(each.key()).put("key", each.secret().reveal())));
      console.json(root);
      return;
    }
    console.result(
        "%s dropped; the database is at version %s, marked %s"
            .formatted(
                Words.count(plan.tables().size(), "table", "tables"),
                report.toVersion().orElse("none"),
                environment));
    keys.forEach(each -> console.result(each.key().name() + "  " + each.secret().reveal()));
  }

  private static ObjectNode tree(ResetPlan plan) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ArrayNode tables = root.putArray("tables");
    plan.tables()
        .forEach(
            t ->
                tables
                    .addObject()
                    .put("name", t.name())
                    .put("rows", t.rows())
                    .put("exact", t.exact()));
    ArrayNode others = root.putArray("others");
    plan.others().forEach(id -> others.add(id.toString()));
    ArrayNode kept = root.putArray("kept");
    plan.kept().forEach(id -> kept.add(id.toString()));
    return root;
  }
}
