package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.operate.backup.BackupEntry;
import dev.gatewaydb.migrator.operate.backup.BackupFolder;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "prune",
    description = {
      "Remove backups that no rule keeps: by default the newest of each hour stays for 24 hours,",
      "of each day for 30 days, of each week for a year; see [backup] in gwdb.toml. The newest one,"
          + " and the newest that was verified, always stay.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {"  gwdb backup prune --out /backups --dry-run", "  gwdb backup prune --out /backups"})
final class BackupPrune implements Callable<Integer> {
  @Mixin private BackupFolderOptions folder = new BackupFolderOptions();

  @Option(names = "--dry-run", description = "Only say what would be removed.")
  private boolean dryRun;

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  BackupPrune(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    BackupFolder backups = folder.folder(context);
    BackupFolder.Pruned planned =
        backups.planPrune(context.project().backup().retention(), Instant.now());
    if (!dryRun) {
      backups.prune(planned);
    }
    long kept =
        backups.entries().stream().filter(BackupEntry::isWhole).count()
            - (dryRun ? planned.expired().size() : 0);
    Console console = context.console();
    if (json) {
      ObjectNode root = JsonNodeFactory.instance.objectNode().put("dryRun", dryRun);
      ArrayNode removed = root.putArray("removed");
      planned.expired().forEach(entry -> removed.add(BackupList.tree(entry)));
      ArrayNode leftOvers = root.putArray("leftOvers");
      planned.leftOvers().forEach(file -> leftOvers.add(String.valueOf(file.getFileName())));
      root.put("kept", kept);
      console.json(root);
      return ExitCode.DONE;
    }
    String verb = dryRun ? "would remove " : "removed ";
    planned.expired().forEach(entry -> console.result(verb + entry.path().getFileName()));
    planned
        .leftOvers()
        .forEach(
            file -> console.result(verb + file.getFileName() + ", left by a run that was killed"));
    console.result(
        "%s%s, %d kept"
            .formatted(verb, Words.count(planned.expired().size(), "backup", "backups"), kept));
    return ExitCode.DONE;
  }
}
