package dev.gatewaydb.cli;

import dev.gatewaydb.migrator.connect.DatabaseSettings;
import dev.gatewaydb.migrator.operate.backup.Backup;
import dev.gatewaydb.migrator.operate.backup.BackupFolder;
import dev.gatewaydb.migrator.operate.backup.BackupManifest;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "create",
    description = {
      "Back up the whole database with pg_dump, tables of others included.",
      "Whole or not at all: it gets its name when it is on the disk, its manifest last.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb backup create --out /backups",
      "  gwdb backup create --out /backups --table audit.audit_event",
    })
final class BackupCreate implements Callable<Integer> {
  @Mixin private DatabaseOptions database = new DatabaseOptions();
  @Mixin private BackupFolderOptions folder = new BackupFolderOptions();

  @Option(
      names = "--table",
      paramLabel = "TABLE",
      description = "Only this table, with its schema, and its partitions.")
  private @Nullable String table;

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  BackupCreate(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    DatabaseSettings settings = context.settings(database);
    BackupFolder out = folder.folder(context);
    BackupManifest manifest =
        new Backup(
                settings,
                context.migrations(),
                context.historyOptions(),
                context.pgPrograms(),
                new BackupProgress(context.console()))
            .create(out, Optional.ofNullable(table), Version.ofBuild());
    if (json) {
      context.console().json(manifest.toJson());
    } else {
      context
          .console()
          .result(
              "%s: %s, %s in %s, version %s"
                  .formatted(
                      manifest.file(),
                      Words.size(manifest.bytes()),
                      Words.count(
                          manifest.rows().values().stream().mapToLong(Long::longValue).sum(),
                          "row",
                          "rows"),
                      Words.count(manifest.rows().size(), "table", "tables"),
                      manifest.schemaVersion().orElse("none")));
    }
    return ExitCode.DONE;
  }
}
