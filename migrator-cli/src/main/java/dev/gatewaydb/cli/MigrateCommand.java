package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.DryRunReport;
import dev.gatewaydb.migrator.MigrateReport;
import dev.gatewaydb.migrator.Migrator;
import dev.gatewaydb.migrator.error.ConfigurationException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
    name = "migrate",
    description = "Apply every pending migration.",
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb migrate",
      "  gwdb migrate --dry-run",
      "  gwdb migrate --to 20261121100000 --lock-timeout 500ms",
      "  gwdb migrate --fleet fleet.toml --wave-width 5",
      "  DATABASE_URL=postgres://newton@db.example/newton_gateway gwdb migrate --json",
    })
final class MigrateCommand implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();

  @Mixin private MigrationOptions limits = new MigrationOptions();

  @Mixin private ScratchOptions scratch = new ScratchOptions();

  @Option(names = "--to", paramLabel = "VERSION", description = "Stop after this migration.")
  private String target = "";

  @Option(
      names = "--dry-run",
      description = "Do it, say what it did, and roll it back; locks are taken meanwhile.")
  private boolean dryRun;

  @Option(
      names = "--out-of-order",
      description = "Apply migrations older than the newest applied one, too.")
  private boolean outOfOrder;

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  @ArgGroup(exclusive = false)
  private @Nullable FleetOptions fleet;

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Context context;

  static final class FleetOptions {
    @Option(
        names = "--fleet",
        paramLabel = "FILE",
        required = true,
        description = "Migrate the databases listed there: the canary first, then in waves.")
    private Path file = Path.of("");

    @Option(
        names = "--wave-width",
        paramLabel = "N",
        description = "How many at once after the canary, instead of the file's wave_width.")
    private @Nullable Integer waveWidth;

    @Option(names = "--resume", description = "Go on with the run that stopped.")
    private boolean resume;
  }

  MigrateCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() throws IOException {
    if (fleet != null) {
      return migrate(fleet);
    }
    Migrator migrator = context.migrator(database, limits.options().withOutOfOrder(outOfOrder));
    new UnnamedProject(context).requireMeant(migrator);
    if (dryRun) {
      return dryRun(migrator);
    }
    MigrateReport report = target.isEmpty() ? migrator.migrate() : migrator.migrateTo(target);
    if (json) {
      context.console().json(tree(report));
    } else {
      context.console().result(summary(report));
    }
    return ExitCode.DONE;
  }

  private int migrate(FleetOptions wanted) throws IOException {
    if (!database.url.isEmpty()) {
      throw new ConfigurationException(
          "--fleet names its databases itself; leave out " + DatabaseOptions.URL, "");
    }
    if (dryRun && wanted.resume) {
      throw new ConfigurationException("a dry run has nothing to resume; leave out --resume", "");
    }
    Path file = context.surroundings().directory().resolve(wanted.file);
    FleetMigration migration =
        new FleetMigration(
            context,
            Fleet.read(file, Optional.ofNullable(wanted.waveWidth), context.variables()),
            limits.options().withOutOfOrder(outOfOrder));
    Optional<String> version = Optional.of(target).filter(text -> !text.isEmpty());
    FleetReport report =
        dryRun
            ? migration.dryRun(version, context.scratch(scratch))
            : migration.migrate(version, wanted.resume);
    if (json) {
      context.console().json(report.tree());
    } else {
      report.print(context.console());
    }
    GwdbCommand root = (GwdbCommand) spec.root().userObject();
    report.printFailures(context.console(), root.debug);
    return report.exitCode();
  }

  private int dryRun(Migrator migrator) {
    Optional<String> wanted = Optional.of(target).filter(version -> !version.isEmpty());
    DryRunReport dry = migrator.dryRun(wanted, context.scratch(scratch));
    if (json) {
      context.console().json(tree(dry.report()).put("onScratch", dry.onScratch()));
      return ExitCode.DONE;
    }
    for (MigrateReport.Applied migration : dry.report().applied()) {
      context
          .console()
          .result(
              "would apply %s %s (%d ms)"
                  .formatted(
                      migration.version().orElse("repeatable"),
                      migration.description(),
                      migration.duration().toMillis()));
    }
    context.console().result("%d would be applied".formatted(dry.report().applied().size()));
    context
        .console()
        .progress(
            dry.onScratch()
                ? "dry run on a scratch database: something in it can't be rolled back"
                : "dry run on the database itself: its locks were taken, and everything is rolled back");
    return ExitCode.DONE;
  }

  static String summary(MigrateReport report) {
    String version =
        report
            .toVersion()
            .map(v -> "the database is at version " + v)
            .orElse("the database has no version yet");
    String applied =
        report.applied().isEmpty() ? "" : "%d applied, ".formatted(report.applied().size());
    String done = "%s%d pending".formatted(applied, report.pending());
    double seconds = report.duration().toMillis() / 1000.0;
    return "%s; %s (%s)".formatted(done, version, String.format(Locale.ROOT, "%.1f s", seconds));
  }

  static ObjectNode tree(MigrateReport report) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("fromVersion", report.fromVersion().orElse(null));
    root.put("toVersion", report.toVersion().orElse(null));
    root.put("pending", report.pending());
    root.put("durationMillis", report.duration().toMillis());
    ArrayNode applied = root.putArray("applied");
    for (MigrateReport.Applied migration : report.applied()) {
      applied
          .addObject()
          .put("version", migration.version().orElse(null))
          .put("description", migration.description())
          .put("durationMillis", migration.duration().toMillis());
    }
    return root;
  }
}
