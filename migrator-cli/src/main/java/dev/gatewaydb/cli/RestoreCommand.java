package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.error.ConfigurationException;
import dev.gatewaydb.migrator.operate.backup.Restore;
import dev.gatewaydb.migrator.operate.backup.RestoreOptions;
import dev.gatewaydb.migrator.operate.backup.RestorePlan;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "restore",
    description = {
      "Restore a backup, run pending migrations, and prove the result.",
      "All of it happens in a new database, which then takes the old one's place; whatever fails"
          + " or is killed before leaves the old one as it was. It stays under another name.",
      "Takes 'gwdb backup' files, pg_dump archives, and SQL as pg_dump writes it (.sql, .sql.gz),"
          + " which runs whatever it says: restore SQL only from where you trust it.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb restore /backups/gateway-20260114T030000Z.dump              into an empty database",
      "  gwdb restore /backups/gateway-20260114T030000Z.dump --replace --disconnect",
      "  gwdb restore backup-20240115.sql.gz --replace --dry-run",
    })
final class RestoreCommand implements Callable<Integer> {
  private static final int MOST_JOBS = 64;
  private static final int USUAL_JOBS = 4;

  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private Confirmation confirmation = new Confirmation();

  @Parameters(index = "0", paramLabel = "FILE", description = "The backup.")
  private Path file = Path.of("");

  @Option(names = "--replace", description = "Also when the database holds something.")
  private boolean replace;

  @Option(names = "--drop-old", description = "Drop what was replaced instead of keeping it.")
  private boolean dropOld;

  @Option(names = "--disconnect", description = "End other clients' sessions instead of refusing.")
  private boolean disconnect;

  @Option(
      names = "--no-owner",
      description = "Everything belongs to the role that restores; without privileges for others.")
  private boolean noOwner;

  @Option(names = "--no-migrate", description = "Don't run pending migrations.")
  private boolean noMigrate;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      description =
          "How many connections load an archive at once, 1 to 64; default one per core,"
              + " 4 at most.")
  private int jobs = Math.min(USUAL_JOBS, Runtime.getRuntime().availableProcessors());

  @Option(names = "--dry-run", description = "Only look whether anything stands in the way.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  RestoreCommand(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    if (jobs < 1 || jobs > MOST_JOBS) {
      throw new ConfigurationException("--jobs %d is not 1 to %d".formatted(jobs, MOST_JOBS), "");
    }
    DatabaseSettings settings = context.settings(database);
    Console console = context.console();
    Restore restore =
        new Restore(
            settings,
            context.migrations(),
            context.historyOptions(),
            context.pgPrograms(),
            new BackupProgress(console),
            new ConsoleListener(console));
    RestorePlan plan =
        restore.plan(
            context.surroundings().directory().resolve(file),
            new RestoreOptions(replace, dropOld, disconnect, !noOwner, !noMigrate, jobs));
    plan.notes().forEach(note -> console.progress("note: " + note));
    if (plan.isSql()) {
      console.warning(
          "SQL does whatever it says, with the rights of role %s".formatted(settings.user()));
    }
    if (dryRun) {
      tellPlan(plan, settings);
      return ExitCode.DONE;
    }
    if (!plan.isEmpty()) {
      confirmation.require(console, question(plan, settings));
    }
    Restore.Restored restored = restore.run(plan);
    if (json) {
      console.json(tree(restored));
    } else {
      tell(restored);
    }
    return ExitCode.DONE;
  }

  private String question(RestorePlan plan, DatabaseSettings settings) {
    return "%s with %s to be replaced by %s%s; %s"
        .formatted(
            settings.displayUrl(),
            Words.count(plan.tables(), "table", "tables"),
            file.getFileName(),
            plan.manifest().map(m -> ", which shows " + m.createdAt()).orElse(""),
            dropOld ? "what is there now is lost" : "what is there now stays under another name");
  }

  private void tellPlan(RestorePlan plan, DatabaseSettings settings) {
    if (json) {
      context
          .console()
          .json(
              JsonNodeFactory.instance
                  .objectNode()
                  .put("dryRun", true)
                  .put("database", settings.database())
                  .put("tables", plan.tables())
                  .put("inPlace", plan.inPlace()));
      return;
    }
    context
        .console()
        .result(
            plan.isEmpty()
                ? "nothing stands in the way; the database is empty"
                : "nothing stands in the way; would be: " + question(plan, settings));
  }

  private void tell(Restore.Restored restored) {
    Console console = context.console();
    restored.notes().forEach(note -> console.progress("note: " + note));
    long rows = restored.rows().values().stream().mapToLong(Long::longValue).sum();
    console.result(
        "%s restored: %s in %s, version %s, in %d ms"
            .formatted(
                restored.database(),
                Words.count(rows, "row", "rows"),
                Words.count(restored.rows().size(), "table", "tables"),
                version(restored).orElse("none"),
                restored.duration().toMillis()));
    restored.oldDatabase().ifPresent(old -> console.result("the old database stays as " + old));
  }

  private static Optional<String> version(Restore.Restored restored) {
    return restored.migrated().isPresent()
        ? restored.migrated().get().toVersion()
        : restored.restoredVersion();
  }

  private static ObjectNode tree(Restore.Restored restored) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    root.put("database", restored.database());
    root.put("oldDatabase", restored.oldDatabase().orElse(null));
    root.put("restoredVersion", restored.restoredVersion().orElse(null));
    root.put("version", version(restored).orElse(null));
    ObjectNode rows = root.putObject("rows");
    restored.rows().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(entry -> rows.put(entry.getKey(), entry.getValue()));
    root.set("migrated", restored.migrated().map(MigrateCommand::tree).orElse(null));
    ArrayNode notes = root.putArray("notes");
    restored.notes().forEach(notes::add);
    root.put("durationMillis", restored.duration().toMillis());
    return root;
  }
}
