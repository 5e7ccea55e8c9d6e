package dev.gatewaydb.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.gatewaydb.migrator.operate.backup.BackupEntry;
import dev.gatewaydb.migrator.operate.backup.BackupManifest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
    name = "list",
    description = {
      "Show the backups in a folder, and what keeps others from being one.",
      "Looks at names, sizes and manifests alone: 'backup verify' proves a backup.",
    },
    mixinStandardHelpOptions = true,
    footerHeading = "%nExamples:%n",
    footer = {
      "  gwdb backup list --out /backups",
      "  gwdb backup list --json | jq -r '.backups[] | select(.state == \"whole\") | .file'",
    })
final class BackupList implements Callable<Integer> {
  @Mixin private BackupFolderOptions folder = new BackupFolderOptions();

  @Option(names = "--json", description = "Print JSON; docs/cli.md has its shape.")
  private boolean json;

  private final Context context;

  BackupList(Context context) {
    this.context = context;
  }

  @Override
  public Integer call() {
    List<BackupEntry> entries = folder.folder(context).entries();
    Console console = context.console();
    if (json) {
      ObjectNode root = JsonNodeFactory.instance.objectNode();
      ArrayNode backups = root.putArray("backups");
      entries.forEach(entry -> backups.add(tree(entry)));
      console.json(root);
    } else if (entries.isEmpty()) {
      console.progress("no backups are here");
    } else {
      Table table = new Table("FILE", "CREATED", "SIZE", "VERSION", "STATE");
      entries.forEach(
          entry ->
              table.row(
                  String.valueOf(entry.path().getFileName()),
                  entry.manifest().map(m -> shown(m.createdAt())).orElse(""),
                  Words.size(entry.bytes()),
                  entry.manifest().flatMap(BackupManifest::schemaVersion).orElse(""),
                  state(entry)));
      table.lines().forEach(console::result);
    }
    return ExitCode.DONE;
  }

  private String state(BackupEntry entry) {
    Console console = context.console();
    Optional<Instant> verified = entry.manifest().flatMap(BackupManifest::verifiedAt);
    return switch (entry.state()) {
      case WHOLE ->
          console.good("whole") + verified.map(at -> ", verified " + shown(at)).orElse("");
      case RUNNING -> "running";
      case UNFINISHED, UNKNOWN -> console.doubtful(entry.state().label()) + ": " + entry.problem();
      case DAMAGED -> console.bad("damaged") + ": " + entry.problem();
    };
  }

  /** To the second. */
  private static String shown(Instant time) {
    return Instant.ofEpochSecond(time.getEpochSecond()).toString();
  }

  static ObjectNode tree(BackupEntry entry) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    node.put("file", String.valueOf(entry.path().getFileName()));
    node.put("state", entry.state().label());
    node.put("problem", entry.problem().isEmpty() ? null : entry.problem());
    node.put("bytes", entry.bytes());
    Optional<BackupManifest> manifest = entry.manifest();
    node.put("createdAt", manifest.map(m -> m.createdAt().toString()).orElse(null));
    node.put("database", manifest.map(BackupManifest::database).orElse(null));
    node.put("table", manifest.flatMap(BackupManifest::table).orElse(null));
    node.put("schemaVersion", manifest.flatMap(BackupManifest::schemaVersion).orElse(null));
    node.put(
        "verifiedAt",
        manifest.flatMap(BackupManifest::verifiedAt).map(Instant::toString).orElse(null));
    return node;
  }
}
